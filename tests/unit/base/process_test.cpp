// A process that holds keys leaves nothing of them behind when it dies.
#include "cicada/base/process.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "harness.h"

using namespace cicada::base;

namespace {

/// What the child's word is, in a process that goes away.
int in_a_child(int (*work)()) {
  const auto child = ::fork();
  if (child == 0) ::_exit(work());
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

}  // namespace

TEST_GROUP(Process){};

TEST(Process, that_keeps_its_memory_private_dies_without_a_core) {
  const int status = in_a_child([] {
    if (!keep_memory_private()) return 1;
    std::abort();
  });
  CHECK(WIFSIGNALED(status));
  CHECK_FALSE(WCOREDUMP(status));
}

TEST(Process, that_keeps_its_memory_private_is_not_dumpable) {
  const int status = in_a_child([] {
    if (::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 1) return 1;  // it was
    if (!keep_memory_private()) return 2;
    rlimit limit{};
    if (::getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_cur != 0 || limit.rlim_max != 0) return 3;
    return ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : 4;
  });
  CHECK(WIFEXITED(status));
  LONGS_EQUAL(0, WEXITSTATUS(status));
}
