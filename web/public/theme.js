// Before the first paint, so that nobody who chose dark sees a white flash.
try {
    const theme = localStorage.getItem('listsync-theme')
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
    // Storage is forbidden: the system's theme will do.
}
