// The test: can this device fetch from the https origin? Only a trusted certificate lets it.
var button = document.getElementById('test')
function show(name) {
  ;['testing', 'good', 'bad'].forEach(function (each) {
    document.getElementById(each).hidden = each !== name
  })
}
if (button)
  button.onclick = function () {
    show('testing')
    var late = setTimeout(function () { show('bad') }, 6000)
    fetch(button.dataset.origin + '/healthz', { cache: 'no-store' })
      .then(function (answer) { show(answer.ok ? 'good' : 'bad') }, function () { show('bad') })
      .then(function () { clearTimeout(late) })
  }

// An iPad calls itself a Mac; only a Mac has no touch.
if (button && /Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1 && !/device=/.test(location.search))
  location.replace('?device=ios')

// Scans of the time before TLS are kept for this old origin; say so before somebody leaves them behind.
var kept = document.getElementById('kept')
if (kept && window.indexedDB && indexedDB.databases)
  indexedDB.databases().then(function (all) {
    if (!all.some(function (each) { return each.name === 'tallyloop' })) return
    indexedDB.open('tallyloop').onsuccess = function () {
      var db = this.result
      if (!db.objectStoreNames.contains('outbox')) return
      db.transaction('outbox').objectStore('outbox').count().onsuccess = function () {
        kept.hidden = !this.result
        kept.querySelector('span').textContent = this.result
        db.close()
      }
    }
  })
