### The document: names of steps, and why something could not be done. Errors are fragments that may follow a colon.

# $step (String)
step-undo = Undo { $step }
# $step (String)
step-redo = Redo { $step }
step-reload = Reload { $count ->
    [one] { $count } change
   *[other] { $count } changes
} from disk
step-recover = Recover { $count ->
    [one] { $count } step
   *[other] { $count } steps
}
# $what (String) - 3 records
step-move-again = Move { $what } again
# $what (String)
step-change-again = Change { $what } again
# $what (String)
step-copy-again = Copy { $what } again
# A step of the journal that was kept whole.
recovery-unsaved = Unsaved changes

## Errors

# $folder (String)
# $file (String) - project.ron
error-no-project = { $folder }: no map project; choose the folder with `{ $file }` in it
# $folder (String)
error-folder-not-empty = { $folder }: there is something in this folder already
# $file (String)
# $reason (String)
error-file-incomplete = { $file } holds something that could not be read ({ $reason }); put it right in a text editor first
# $file (String)
error-file-changed = { $file } changed on disk since it was read
# $name (String)
error-file-shared = two islands have the file name `{ $name }`; rename one of them
# $file (String)
# $reason (String)
error-no-backup = No backup of { $file } was kept: { $reason }
error-journal-in-use = another editor has this project open
# $reason (String)
error-journal-unusable = the gesture journal cannot be used: { $reason }
# $reason (String)
error-journal-unwritable = the gesture journal cannot be written: { $reason }
# $size (Number) - in MiB
error-journal-full = the gesture journal holds { $size } MiB; save to start a new one
# $reason (String)
error-not-journalled = Steps are not journalled until you open the project again: { $reason }
# $reason (String)
error-thread = cannot start a background thread: { $reason }
