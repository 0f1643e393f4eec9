#include "sql.h"

namespace cicada::host::journal {

base::Result<std::unique_ptr<Database>> open_postgres(std::string_view, bool) {
  return base::fail({.fault = base::Fault::unsupported, .what = "this program has no PostgreSQL yet"});
}

}  // namespace cicada::host::journal
