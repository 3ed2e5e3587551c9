### Outliner, layers and the Place panel.

## Sorts of records

sort-pois = Points of interest
sort-entities = Entities
sort-portals = Portals
sort-lanes = Sea lanes
# A record without a name and kind of its own.
sort-marker = Marker
sort-poi = POI
sort-entity = Entity
sort-portal = Portal
sort-lane = Sea lane
# Several of one sort.
sort-marker-count = { $count ->
    [one] { $count } marker
   *[other] { $count } markers
}
sort-poi-count = { $count ->
    [one] { $count } POI
   *[other] { $count } POIs
}
sort-entity-count = { $count ->
    [one] { $count } entity
   *[other] { $count } entities
}
sort-portal-count = { $count ->
    [one] { $count } portal
   *[other] { $count } portals
}
sort-lane-count = { $count ->
    [one] { $count } sea lane
   *[other] { $count } sea lanes
}
# How markers are drawn.
form-point = point
form-path = path
form-area = area

## Outliner

outliner-empty = Nothing here yet
    .hint = Choose a kind in the Place panel and click on the map.
outliner-nothing-found = Nothing found
    .hint = No record of the project fits all of these terms.
# $kind (String) - Forest zone
outliner-markers = { $kind } markers
outliner-search = Search records
    .hint = Search: kind:peak layer:>1
# $terms (String) - what could have been typed
outliner-known = Known: { $terms }
# $found (Number)
# $searched (Number)
outliner-found = { $found } of { $searched } found
outliner-select-found = Select found
    .tooltip = Select what was found on the island shown (Enter)
outliner-show-island = Show this island

## Query language. The words before the colon are typed and stay English.

query-help = Words are looked for in name, kind and id. All terms must hold; - excludes, commas mean any of them.
query-kind = kind of marker, POI or entity; also portal, lane
query-is = marker, poi, entity, portal or lane
query-form = point, path or area
query-island = name or file name of the island
query-name = the name contains this
query-note = the note contains this
query-id = the id starts with this
query-layer = 2, >2, <=2 or 1..3
query-priority = as layer
query-has = name, note, or an attribute that is written
query-attribute = an attribute: attr.level>3, attr.mood:calm
# $key (String) - such as kind:
query-wrong-text = `{ $key }` takes `:` and a text
query-wrong-sort = there is no such sort of record
query-wrong-form = there is no such form
# $name (String)
query-wrong-name = nothing is called `{ $name }` here
# $value (String)
query-wrong-number = `{ $value }` is not a number
query-wrong-empty = a value is missing

## Layers

# $layer (Number)
# Markers of this layer.
layer-markers = Layer { $layer }
# $keys (String)
layers-groups = Groups
    .hint = Select records and press { $keys } to keep them together.
    .row = Click selects the group, a double click renames it
# $number (Number)
layers-new-group = Group { $number }
layers-group-name = Group name
# $name (String)
layers-dissolve = Dissolve { $name }
    .tooltip = Dissolve the group; its records stay
layers-yours-alone = Hiding, locking, leaving out and groups are yours alone: they are kept beside the project and change none of its files.
layers-isolated = Only isolated records are shown.
    .end = Show the others
layers-hidden = Some records are hidden.
    .show = Show all
layers-omitted = This preview leaves markers out; files and bakes outside the editor have them.
    .take-in = Take all in
layers-select = Select all of this layer
# $layer (String)
layers-hide = Hide { $layer }
    .tooltip = Hide in this editor
    .undo = Show again
# $layer (String)
layers-lock = Lock { $layer }
    .tooltip = Keep where they are and out of the pointer's way
    .undo = Unlock
# $layer (String)
layers-omit = Leave out { $layer }
    .tooltip = Shape the preview without this layer; files and other bakes keep it
    .undo = Shape the preview with this layer again

## Place: what can be put on an island

kinds-markers = Markers
kinds-connections = Connections
kinds-portal-doc = One end of a portal to another island; link the other end in the inspector.
kinds-filter = Filter kinds
kinds-none = No such kind
    .hint = Kinds come from the generator and from schema.ron.
# $kind (String) - River
# $form (String) - path
kinds-as = { $kind } as { $form }
# $kind (String) - in lower case
# $form (String)
kinds-draw-as = Draw { $kind } as { $form }
