#include "child.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX lets programs declare it

namespace cicada::tools::lower_tester {
namespace {

constexpr std::size_t kKept = 2000;  // octets of its output

struct Pipe {
  std::array<int, 2> ends{-1, -1};
  Pipe() {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) ends = {-1, -1};
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  Pipe(Pipe&&) = delete;
  Pipe& operator=(Pipe&&) = delete;
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  void close_end(std::size_t which) noexcept {
    if (ends.at(which) >= 0) ::close(ends.at(which));
    ends.at(which) = -1;
  }
};

/// In a process group of its own, so that what it starts ends with it.
std::optional<pid_t> spawn(const std::vector<std::string>& words, int output) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));  // NOLINT: posix_spawnp's type
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
  if (posix_spawn_file_actions_init(&actions) != 0 || posix_spawnattr_init(&attributes) != 0) return std::nullopt;
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  // The signals that we take for ourselves are the child's again.
  sigset_t none{};
  sigemptyset(&none);
  sigset_t all{};
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t child = -1;
  const int failed = posix_spawnp(&child, arguments.front(), &actions, &attributes, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (failed != 0) return std::nullopt;
  return child;
}

/// Reads until the other end is closed; false when the time is over first.
bool drain(int from, std::chrono::steady_clock::time_point end, std::string& output) {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd ready{.fd = from, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, static_cast<int>(left.count())) <= 0) continue;
    std::array<char, 4096> some{};
    const auto count = ::read(from, some.data(), some.size());
    if (count <= 0) return true;
    output.append(some.data(), static_cast<std::size_t>(count));
    if (output.size() > kKept) output.erase(0, output.size() - kKept);
  }
}

}  // namespace

Ended run_child(const std::vector<std::string>& words, std::chrono::milliseconds timeout) {
  Ended ended;
  Pipe pipe;
  if (words.empty() || pipe.ends[0] < 0) {
    ended.output = "no program could be started";
    return ended;
  }
  const auto child = spawn(words, pipe.ends[1]);
  pipe.close_end(1);
  if (!child) {
    ended.output = words.front() + " could not be started";
    return ended;
  }
  ended.started = true;
  ended.timed_out = !drain(pipe.ends[0], std::chrono::steady_clock::now() + timeout, ended.output);
  if (ended.timed_out) ::kill(-*child, SIGKILL);
  int status = 0;
  if (::waitpid(*child, &status, 0) == *child && WIFEXITED(status) && !ended.timed_out)
    ended.exit_code = WEXITSTATUS(status);
  return ended;
}

}  // namespace cicada::tools::lower_tester
