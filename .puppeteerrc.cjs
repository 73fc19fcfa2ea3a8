// The browser is found or unpacked at start (src/platform/pdf); npm must not download one.
module.exports = { skipDownload: true };
