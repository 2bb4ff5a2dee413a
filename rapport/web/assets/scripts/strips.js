// Tabs and sections that don't fit beside each other scroll sideways: where one stands is in sight.
// With the frame's own layout, so that none is made before its time.
requestAnimationFrame(() => {
  const shown = ".tabs [aria-current], .segments [aria-current], .settings > nav [aria-current]";
  for (const current of document.querySelectorAll(shown)) {
    const strip = current.parentElement;
    const [inner, outer] = [current.getBoundingClientRect(), strip.getBoundingClientRect()];
    strip.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
  }
});
