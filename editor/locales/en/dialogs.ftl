### Windows over the panels.

## Words of several windows and panels

# $name (String) - what is gone to
go-to = Go to { $name }
go-there = Go there
# Below a list that is cut short.
and-more = { $count ->
    [one] and { $count } more
   *[other] and { $count } more
}

## Unsaved changes

unsaved = Save changes?
    .save = Save
    .cancel = Cancel
    .discard = Discard changes
unsaved-files = { $count ->
    [one] One file has changes that are not saved. They are lost if you discard them.
   *[other] { $count } files have changes that are not saved. They are lost if you discard them.
}

## After a crash

recovery = Recover unsaved work?
    .files-changed = Files of the project changed since. Where both did, the steps win; undo takes that back.
    .take = Recover
    .drop = Drop them
recovery-steps = { $count ->
    [one] The editor ended without saving. One step was kept in the journal:
   *[other] The editor ended without saving. { $count } steps were kept in the journal:
}

## Command palette

palette = Find command
    .hint = Type a command or a kind to place
    .nothing = Nothing found
# $kind (String) - in lower case
palette-place = Place { $kind }

## Cheat sheet

cheat-sheet = Keyboard shortcuts
    .mouse = Mouse
    .go-to-bookmarks = Go to bookmark 1 to 9
    .set-bookmarks = Set bookmark 1 to 9
# $first (String) - such as Ctrl+1
# $last (String)
cheat-sheet-keys = { $first } to { $last }
gesture-click = Click
    .meaning = Select; Shift adds
gesture-drag-symbol = Drag a symbol
    .meaning = Move; Shift keeps one axis, Alt leaves whole metres
gesture-drag-corner = Drag a corner or rim
    .meaning = Reshape the selected marker
gesture-drag-ground = Drag empty ground
    .meaning = Select by box
gesture-wheel = Wheel
    .meaning = Zoom
gesture-pan = Middle or right drag, Space
    .meaning = Pan the map
gesture-orbit = 3D: drag
    .meaning = Turn around the island
gesture-slide = 3D: Shift or middle drag
    .meaning = Slide over the ground
gesture-fly = 3D: hold right button
    .meaning = Look around; W, A, S, D, Q, E fly
gesture-finish = Enter, double click
    .meaning = Finish a path or area

## Conflicts: changed here and on disk

conflicts = Changed here and on disk
    .explained = Everything here stands as you made it. Saving writes it over the other side.
    .take = Take from disk
    .keep = Keep all of mine
# Label of a button, and name of the step.
# $what (String)
step-take-from-disk = Take { $what } from disk
conflict-both-changed = changed here and on disk
conflict-removed-there = changed here, removed on disk
conflict-removed-here = removed here, changed on disk
conflict-both-added = added here and on disk
conflict-settings = Settings of the project
conflict-schema = Schema of the project
# $name (String)
conflict-island = Island { $name }
# $name (String)
conflict-head = Name, place or size of { $name }
# $record (String) - Smoky, or marker 3f9a where it has no name
# $island (String)
conflict-record = { $record } on { $island }

## Preferences

preferences = Preferences
    .theme = Theme
    .dark = Dark
    .light = Light
    .colours = Colours
    .size = Size of the interface
    .keys = Keys
    .filter = Filter commands
    .reset-all = Reset all keys
    .press = Press keys, Esc to leave
# $command (String)
preferences-keys-of = Keys of { $command }
    .tooltip = Click, then press the new keys
# $command (String)
preferences-no-keys = No keys for { $command }
    .tooltip = Use no keys
# $command (String)
preferences-reset = Reset keys of { $command }
    .tooltip = Back to the keys it came with
# $command (String)
preferences-conflict = also { $command }
scheme-standard = Standard
scheme-red-green = For red-green blindness
scheme-blue-yellow = For blue-yellow blindness

## Select where

select-where = Select where
    .kind = Kind
    .layer = Layer
    .attribute = Attribute
    .comparison = Comparison
    .value = Value
    .any = Any
    .these = Select these
    .add = Add these
comparison-is = is
comparison-is-not = is not
comparison-less = is less than
comparison-more = is more than
