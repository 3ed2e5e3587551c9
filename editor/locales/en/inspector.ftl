### The inspector. Attributes, their meaning and their units come from the schema.

## Groups of fields

inspector-attributes = ATTRIBUTES
inspector-unknown = UNKNOWN ATTRIBUTES
    .tooltip = The schema does not know this attribute. It is kept as it was written.
inspector-pointed-to-by = POINTED TO BY
inspector-is-spawn = The project: new players appear here.
inspector-chart = ON THE CHART
inspector-size = SIZE IN VOXELS
inspector-project = PROJECT
inspector-place = PLACE
inspector-link = LINK
inspector-route = ROUTE
inspector-order = ORDER
inspector-corners = { $count ->
    [one] { $count } corner
   *[other] { $count } corners
}
inspector-further-corners = Further corners are moved on the map.
# $id (String)
inspector-island-id = island { $id }
inspector-unknown-kind = The schema does not know this kind; it is kept as it is.
inspector-mixed-kinds = Select records of one kind to edit their attributes together.

## Values

# A field whose records differ.
inspector-mixed = several values
inspector-none = none
inspector-no-list = no list
inspector-required = required - set
inspector-no-choice = There is nothing to choose yet.
inspector-long-choice = The list is longer; pick on the map instead.
# $value (String) - as in the file
inspector-default = Default: { $value }
# $min (String)
# $max (String)
# $unit (String) - may be empty
inspector-range = Range: { $min } to { $max } { $unit }
    .of-field = { $min } to { $max } { $unit }
inspector-arithmetic = Type 12*3, +=5 or *2 to calculate
# $pattern (String) - a regular expression
inspector-pattern = Must match { $pattern }
# $value (String)
inspector-unknown-choice = { $value } (unknown)
# $id (String)
inspector-missing = { $id } (missing)
# $record (String)
# $island (String)
inspector-on-island = { $record } ({ $island })
# $field (String)
inspector-pick = Pick { $field }
# $target (String) - a portal
inspector-pick-tooltip = Pick { $target } on the map or in the outliner
# $field (String)
inspector-revert = Revert { $field }
    .tooltip = Back to the default
# $field (String)
inspector-remove = Remove { $field }
    .tooltip = Remove this attribute
    .element = Remove this value
# One value of a list.
# $field (String)
# $number (Number)
inspector-element = { $field } { $number }
# Below the values that the lists of several records have in common in number.
# $shortest (Number)
# $longest (Number)
inspector-lists-differ = { $shortest } to { $longest } values
inspector-add = Add
# $field (String)
inspector-add-to = Add to { $field }
# $version (Number)
inspector-generator = version { $version }
# $version (Number)
inspector-newest-generator = version { $version } (newest)
unit-degrees = °

## Fields

field-name = Name
    .tooltip = What people call it
field-note = Note
    .tooltip = A remark for other designers; players never see it
field-island-note = A remark for other designers
field-file-name = File name
    .tooltip = File name below islands/, without .ron. Free to change: links go by id.
field-chart-east = Chart east
field-chart-north = Chart north
field-chart-tooltip = Where the island's middle lies on the chart
field-width = Width
    .tooltip = Columns from west to east
field-depth = Depth
    .tooltip = Columns from south to north
field-below = Below sea
    .tooltip = Voxels below sea level
field-above = Above sea
    .tooltip = Voxels above sea level
field-world = World
    .tooltip = What people call the world
    .name = World name
field-seed = Seed
    .tooltip = Seed of all noise and scatter. Another seed changes details of every island.
field-spawn = Spawn
    .tooltip = Where a new player's character appears
field-generator = Generator
    .tooltip = The project keeps the generator it was made with, so that an upgrade changes no island.
field-east = East
    .tooltip = Metres from the island's middle
field-north = North
field-height = Height
    .tooltip = Metres above the sea
field-level-tooltip = Metres above the sea, the same for all corners
# $number (Number) - 1 is the first corner
field-corner-east = { $number } east
# $number (Number)
field-corner-north = { $number } north
# $number (Number)
field-corner-height = { $number } height
field-facing = Facing
    .tooltip = Degrees clockwise from north
field-leads-to = Leads to
    .tooltip = The portal that this one leads to; the way back comes by itself
# In names of steps: Change link of Portal.
field-link = link
# $id (String)
inspector-linked-from = Linked from portal { $id }, which leads here and back.
field-from = From
    .tooltip = A point of interest at the sea
field-to = To
field-layer = Layer
    .tooltip = Lower layers act first
field-priority = Priority
    .tooltip = Within a layer, lower priorities act first

## Steps

# $field (String) - in lower case
# $what (String) - Peak, or 3 records
step-change = Change { $field } of { $what }
# $field (String)
step-change-setting = Change { $field }
