### Map, chart, 3D view and the tools that work in them.

map-island = Island map
map-chart = Chart of all islands
map-minimap = Minimap
# $name (String) - an island
map-on-chart = { $name } on the chart
# $shading (String) - Slope
map-legend = Legend: { $shading }
# $number (String)
kilometres = { $number } km
view-3d = 3D view
view-unavailable = No 3D here
    .hint = This window has no OpenGL context; the map works without.
view-shaping = Shaping the island...

## What the colours of the map tell

shading-natural = Natural colours
shading-hillshade = Hillshade
shading-height = Height
shading-slope = Slope
shading-ground = Ground
slope-flat = flat, below 10°
slope-easy = easy, 10° to 27°
slope-steep = steep, 27° to 45°
slope-cliff = too steep to walk, above 45°

## Hints of tools

# $cancel (String) - keys
lane-hint-start = Click the place where the sea lane starts; { $cancel } gives up
lane-hint-end = Click turning points, then the place on another island where the lane ends
# $kind (String) - in lower case
place-hint-point = Click to place the { $kind }; Shift+click to place several
# $kind (String)
# $cancel (String) - keys
place-hint-finish = Enter or double-click finishes the { $kind }; { $cancel } starts over
# $kind (String)
# $missing (Number)
place-hint-corners = Click to set corners of the { $kind }, at least { $missing } more
# $number (Number)
# $grab (String) - keys, as $delete and $cancel
# $delete (String)
# $cancel (String)
corner-hint = Corner { $number }: drag or { $grab } moves it, { $grab } Z its height, { $delete } removes it, { $cancel } lets go

## While something is moved, turned or scaled: parts of one line

# $height (String) - metres, with sign
readout-height = Height { $height } m
# $x (String) - metres, with sign
# $y (String)
readout-move = Move x { $x }  y { $y } m
# $x (String) - metres on the chart
# $y (String)
readout-chart = East { $x }  north { $y } m
# $degrees (String)
readout-turn = Turn { $degrees } degrees
readout-facing = Turn
# $factor (String)
readout-scale = Scale x { $factor }
# $field (String) - Radius
# $length (String) - metres
readout-length = { $field } { $length } m
# $axis (String) - X, Y or Z
readout-axis = { $axis } only
# $digits (String)
readout-typed = typed { $digits }_
# $cancel (String) - keys
readout-end-modal = click or Enter to keep, { $cancel } to take back
# $cancel (String) - keys
readout-end-drag = release to keep, { $cancel } to take back

## Steps

# $what (String) - Peak, or 3 records
step-move = Move { $what }
# $what (String)
step-turn = Turn { $what }
# $what (String)
step-scale = Scale { $what }
# $what (String)
step-height = Change height of { $what }
# $what (String)
step-corner = Move corner of { $what }
# $what (String)
step-corner-height = Change height of a corner of { $what }
# $name (String)
step-move-island = Move island { $name } on the chart
# $name (String) - a harbour
step-draw-lane = Draw sea lane to { $name }
step-bend-lane = Bend sea lane
step-straighten-lane = Straighten sea lane
