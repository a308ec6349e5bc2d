// Leads to the page without a camera where the scanner's modules cannot run. Written for browsers that are older than
// all that the scanner needs, so it is no module, and says everything in the words of 2009.
(function () {
  var page = document.currentScript ? document.currentScript.getAttribute("data-page") : "/checkin/";

  function leave() {
    location.replace(page);
  }

  if (!("noModule" in document.createElement("script")) || !window.indexedDB || !window.fetch) {
    leave();
  }
  // A browser that knows modules, but not how these are written, says so here.
  window.addEventListener("error", function (event) {
    if (event.error instanceof SyntaxError) leave();
  });
})();
