### Commands: menus, toolbar, command palette and cheat sheet. `.tooltip` is one sentence without a full stop.

menu-file = File
menu-edit = Edit
menu-select = Select
menu-arrange = Arrange
menu-view = View
menu-bookmarks = Bookmarks
menu-help = Help

# A tooltip with the keys of its command.
# $tooltip (String) - one sentence
# $keys (String) - such as Ctrl+S
tooltip-with-keys = { $tooltip } ({ $keys })

## File

command-new-project = New project...
    .tooltip = Make a project with an island to begin with
command-open-project = Open project...
    .tooltip = Choose the folder of a map project
command-new-island = New island
    .tooltip = Add an empty island to the project
command-save = Save
    .tooltip = Write all changed files
command-reload = Look for changes on disk
    .tooltip = Take in what git or others changed; it also happens by itself
command-close-project = Close project
    .tooltip = Back to the welcome screen
command-quit = Quit
    .tooltip = Leave the editor

## Edit

command-undo = Undo
    .tooltip = Take the last step back
command-redo = Redo
    .tooltip = Bring the undone step again
command-cut = Cut
    .tooltip = Put the selected records on the clipboard as text and remove them
command-copy = Copy
    .tooltip = Put the selected records on the clipboard, as text in the map format
command-paste = Paste
    .tooltip = Put the records of the clipboard where the pointer is
command-paste-in-place = Paste in place
    .tooltip = Put the records of the clipboard where they were copied
command-duplicate = Duplicate
    .tooltip = Copy the selected records beside themselves
command-repeat = Repeat
    .tooltip = Do the last change once more, to what is selected now
command-delete = Delete
    .tooltip = Remove the selected records
command-remove-island = Delete island
    .tooltip = Remove the island that is shown, with everything on it; undo brings it back

## Select

command-use-select = Select tool
    .tooltip = Click to select, drag to move, drag over empty ground for a box
command-select-all = Select all
    .tooltip = Select every record of this island
command-select-none = Select nothing
    .tooltip = Empty the selection
command-invert-selection = Invert selection
    .tooltip = Select what is not selected
command-search = Search records
    .tooltip = Find records of the whole project by name, kind, layer or attribute
command-toggle-lasso = Lasso
    .tooltip = Drags over empty ground draw a lasso instead of a box
command-select-where = Select where...
    .tooltip = Select by kind, layer and attribute
command-select-same-kind = Select same kind
    .tooltip = Select every record of the selected kinds
command-select-same-layer = Select same layer
    .tooltip = Select every marker of the selected layers
command-grow-links = Grow along links
    .tooltip = Add what the selection refers to, and what refers to it
command-group = Group
    .tooltip = Make a group of the selection; a double click on one of its records selects it all
command-ungroup = Ungroup
    .tooltip = Dissolve the groups of the selection; the records stay
command-isolate = Isolate
    .tooltip = Show nothing but the selection; once more shows everything again
command-hide = Hide
    .tooltip = Hide the selected records in this editor
command-show-all = Show all
    .tooltip = Show everything that is hidden
command-toggle-lock = Lock or unlock
    .tooltip = Locked records stay where they are and out of the pointer's way
command-unlock-all = Unlock all
    .tooltip = Unlock everything
command-toggle-omit = Leave out of preview
    .tooltip = Shape the preview without the selected markers, or with them again; files and bakes outside the editor keep them
command-escape = Cancel
    .tooltip = Take the open gesture back, leave the tool, then empty the selection

## Arrange

command-grab = Move
    .tooltip = Move the selection: X, Y or Z keep to an axis, digits type the way, a click keeps it
command-rotate = Turn
    .tooltip = Turn the selection around its middle; digits type degrees clockwise
command-scale = Scale
    .tooltip = Scale the selection around its middle; digits type the factor
command-drop-to-ground = Drop to ground
    .tooltip = Set the heights of the selected markers to that of the ground under them
command-delete-corner = Delete corner
    .tooltip = Remove the clicked corner of a path or area
command-align-west = Align west
    .tooltip = Bring western edges in line
command-align-middle-x = Align middles, west to east
    .tooltip = Bring middles in line from south to north
command-align-east = Align east
    .tooltip = Bring eastern edges in line
command-align-north = Align north
    .tooltip = Bring northern edges in line
command-align-middle-y = Align middles, south to north
    .tooltip = Bring middles in line from west to east
command-align-south = Align south
    .tooltip = Bring southern edges in line
command-distribute-x = Distribute west to east
    .tooltip = Make distances from west to east equal; the outermost two stay
command-distribute-y = Distribute south to north
    .tooltip = Make distances from south to north equal; the outermost two stay
command-toggle-snap = Snap to raster
    .tooltip = Places snap to the raster; Ctrl or Alt does the other thing while dragging
command-finer-raster = Finer raster
    .tooltip = Halve the raster
command-coarser-raster = Coarser raster
    .tooltip = Double the raster

## View

command-toggle-chart = Chart
    .tooltip = All islands, portals and sea lanes; zooming out of an island leads there, too
command-draw-lane = Draw sea lane
    .tooltip = Draw a sea lane on the chart, from a place of one island to a place of another
command-frame-island = Show whole island
    .tooltip = Fit the island into the map
command-frame-selection = Show selection
    .tooltip = Fit the selected records into the map
command-toggle-names = Names on map
    .tooltip = Show names beside symbols
command-toggle-shapes = All marker shapes
    .tooltip = Outline every marker, not only selected ones
command-toggle-grid = Grid
    .tooltip = Show the raster on the map
command-toggle-minimap = Minimap
    .tooltip = Show the whole island in a corner while only a part of it is in view
command-shade-natural = Natural colours
    .tooltip = Colour the map as one would see it from above
command-shade-hillshade = Hillshade
    .tooltip = Colour the map by light and shadow alone
command-shade-height = Height
    .tooltip = Colour the map by height above the sea
command-shade-slope = Slope
    .tooltip = Colour the map by how steep the ground is
command-shade-ground = Ground
    .tooltip = Colour the map by what the ground is made of
command-toggle-contours = Contour lines
    .tooltip = Draw lines of equal height, 5 metres apart, every fifth stronger
command-toggle-theme = Light or dark theme
    .tooltip = Switch between light and dark
command-zoom-in = Larger interface
    .tooltip = Make texts and buttons larger
command-zoom-out = Smaller interface
    .tooltip = Make texts and buttons smaller
command-zoom-reset = Normal interface size
    .tooltip = Make texts and buttons as large as they were made
command-preferences = Preferences...
    .tooltip = Theme, colours, size of the interface and keys
command-reset-layout = Reset layout
    .tooltip = Put all panels back to where they were first

## Bookmarks

# $number (Number) - 1 to 9
command-go-to-bookmark = Go to bookmark { $number }
    .tooltip = Look from where bookmark { $number } was set
# $number (Number) - 1 to 9
command-set-bookmark = Set bookmark { $number }
    .tooltip = Keep the place that is looked from as bookmark { $number }

## Help

command-command-palette = Find command...
    .tooltip = Search for a command or a kind to place
command-cheat-sheet = Keyboard shortcuts
    .tooltip = List all keys and mouse gestures
