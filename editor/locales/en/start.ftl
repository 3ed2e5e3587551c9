### Welcome screen and new project.

welcome-motto = Hand-crafted island worlds
welcome-recent = Recent projects
    .empty = Projects you open are listed here.
begin = How to begin
begin-choose = Choose a kind
    .meaning = The Place panel lists everything that shapes or fills an island.
begin-click = Click on the map
    .meaning = A point is one click; paths and areas take corners and end with Enter.
begin-tune = Tune it
    .meaning = The inspector shows every attribute with its range and its meaning.
# $save (String) - keys
begin-save = Look and save
    .meaning = The island is shaped while you work; { $save } writes only what changed.

new-project = New project
    .explained = Choose an island to begin with; everything on it can be changed.
    .default-name = My World
    .name = Project name
    .folder = In folder
    .unnamed = Give it a name with letters or digits, and a folder.
    .create = Create project
    .back = Back
# $folder (String)
new-project-makes = Makes { $folder }
template-atoll = Atoll
    .description = A ring of palms around a quiet lagoon.
template-volcano = Volcano
    .description = A crater lake high above a bay for ships.
template-green-hills = Green hills
    .description = Soft downs, cliffs and a harbour.
