#include "cicada/base/process.h"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace cicada::base {

Result<void> keep_memory_private() {
  // A limit of 1 and not of 0 would still feed a core handler; not being dumpable stops that, and ptrace.
  constexpr rlimit kNone{.rlim_cur = 0, .rlim_max = 0};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): prctl has no other form.
  if (::setrlimit(RLIMIT_CORE, &kNone) != 0 || ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
    return fail({.fault = Fault::io, .what = "the system would write this process's memory into a core file"});
  }
  return {};
}

}  // namespace cicada::base
