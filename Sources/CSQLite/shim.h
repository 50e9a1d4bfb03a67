#include <sqlite3.h>

// sqlite3_config takes variable arguments, which Swift does not import.

/// Switches SQLite's memory statistics off: they cost a lock at each allocation. Before any other
/// call of SQLite.
static inline int sqlite_without_memory_statistics(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
