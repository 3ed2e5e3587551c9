### Toolbar, toasts (`told-`) and names of steps in the history (`step-`).

# What an empty view says.
no-island = No island
    .hint = Add one with File > New island.
# A new island is called so until somebody names it.
# $number (Number)
new-island-name = Island { $number }
# $number (String) - a decimal number
metres = { $number } m
# How several records are named together.
record-count = { $count ->
    [one] { $count } record
   *[other] { $count } records
}

## Panels, on their tabs

pane-map = Map
pane-view-3d = 3D
pane-outliner = Outliner
pane-layers = Layers
pane-place = Place
pane-inspector = Inspector
pane-issues = Issues
pane-history = History

## Toolbar

# Undo and redo name the step that they are about.
# $command (String) - Undo
# $step (String) - Move Peak
menu-step = { $command }: { $step }
# $kind (String) - in lower case
tools-placing = Placing { $kind }
tools-island = Island
tools-island-unsaved = This island has unsaved changes
# $finer (String) - keys, as $coarser
# $coarser (String)
tools-raster = Raster
    .tooltip = Raster that places snap to; { $finer } halves it, { $coarser } doubles it. Ctrl or Alt leaves it while dragging.
tools-shading = Map colours
    .tooltip = What the colours of the map tell
open-title = Open a map project
# The dialog that looks for a folder.
open-choose = Open
open-cancel = Cancel
open-refresh = Look again
open-parent = Parent folder
open-hidden = Show hidden
open-folder = Folder:

## Toasts: what happened

# $number (Number)
# $keys (String)
told-bookmark = Bookmark { $number } set; { $keys } comes back here
told-copied = Copied { $count ->
    [one] { $count } record
   *[other] { $count } records
}
told-pasted = Pasted { $count ->
    [one] { $count } record
   *[other] { $count } records
}
told-no-island-to-paste-on = There is no island to paste on
# $limit (Number) - in MiB
told-clipboard-too-large = Nothing pasted: the clipboard holds more than { $limit } MiB
# $place (String) - clipboard:3:7
# $reason (String)
told-paste-unreadable = Nothing pasted. { $place }: { $reason }
told-lanes-left-out = { $count ->
    [one] { $count } sea lane was left out: a sea lane starts at a POI of its own island
   *[other] { $count } sea lanes were left out: a sea lane starts at a POI of its own island
}
told-not-repeatable = The last step cannot be repeated
told-repeat-on-what = Select what the last step should be repeated on
# $reason (String)
told-not-saved = Not saved: { $reason }
told-not-saved-conflicts = Not saved: something changed here and on disk. Decide, or save again to keep yours.
told-saved = Saved { $count ->
    [one] { $count } file
   *[other] { $count } files
}
# $reason (String)
told-reload-does-not-fit = The files changed, but the change does not fit: { $reason }
# $file (String)
# $reason (String)
told-reload-unreadable = { $file } changed on disk and cannot be read: { $reason }
told-reloaded = { $count ->
    [one] { $count } change taken in from disk; undo takes it back
   *[other] { $count } changes taken in from disk; undo takes them back
}
told-conflicts = { $count ->
    [one] { $count } thing changed here and on disk; yours stands until you decide
   *[other] { $count } things changed here and on disk; yours stand until you decide
}
# $reason (String)
told-cannot-be-done = That cannot be done: { $reason }
told-recovered = { $count ->
    [one] Recovered { $count } step; save to keep it
   *[other] Recovered { $count } steps; save to keep them
}
# $reason (String)
told-recovery-does-not-fit = The steps do not fit this project: { $reason }
# $count (Number)
# $keys (String)
told-hidden = { $count } hidden; { $keys } shows them again
# $count (Number)
told-locked = { $count } locked
# $count (Number)
told-unlocked = { $count } unlocked
told-omitted = Left out of this preview; files and other bakes keep them
told-taken-in = Shaping the preview again
# $name (String) - Group 1
told-grouped = Made { $name }
# $target (String) - a portal
# $field (String) - Leads to
# $keys (String)
told-picking = Click { $target } for { $field }; { $keys } leaves it
# $target (String) - a portal
# $keys (String)
told-no-fit = That is no fit: { $target } is wanted; { $keys } leaves it
told-corner-needed = A path needs two corners and an area three; delete the whole instead

## Steps: the history, undo and redo name them. $what is a record or a number of records.

# $what (String) - Peak, or 3 records
step-paste = Paste { $what }
# $what (String)
step-duplicate = Duplicate { $what }
# $what (String)
step-delete = Delete { $what }
# $name (String)
step-delete-island = Delete island { $name }
# $name (String)
step-new-island = New island { $name }
# $field (String) - leads to
# $target (String)
step-point = Point { $field } to { $target }
step-align = Align { $count ->
    [one] { $count } record
   *[other] { $count } records
}
step-distribute = Distribute { $count ->
    [one] { $count } record
   *[other] { $count } records
}
step-drop = Drop { $count ->
    [one] { $count } record
   *[other] { $count } records
} to ground
# $what (String)
step-delete-corner = Delete corner of { $what }
