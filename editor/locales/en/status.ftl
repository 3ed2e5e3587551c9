### The status line.

# $x (String) - whole metres
# $y (String)
status-position = x { $x }   y { $y }
# $height (String) - metres
status-height = height { $height } m
# $material (String)
status-under-water = { $material } under water
status-idle = Move the pointer over the map to read position and height.
status-changed = Changed
status-saved = Saved
status-files-changed = { $count ->
    [one] { $count } file changed
   *[other] { $count } files changed
}
# $millis (String)
status-frame = { $millis } ms
    .tooltip = Time the editor took for the last frame
# $count (Number)
status-selected = { $count } selected
# $millis (String)
status-terrain = Terrain up to date ({ $millis } ms)
status-terrain-old = Terrain out of date
status-shaping = Shaping...
