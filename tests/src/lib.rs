//! What end-to-end tests share: scratch folders, a server in a process, a client.
