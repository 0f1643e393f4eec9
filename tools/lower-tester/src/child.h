// A program that is run without a shell, and not for ever.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace cicada::tools::lower_tester {

struct Ended {
  bool started = false;
  std::optional<int> exit_code = {};  ///< nothing: a signal, or it was not started
  bool timed_out = false;
  std::string output = {};  ///< the last octets of what it said, standard output and error together
};

/// Runs it to its end, or kills it when the time is over. Its standard input is empty.
[[nodiscard]] Ended run_child(const std::vector<std::string>& words, std::chrono::milliseconds timeout);

}  // namespace cicada::tools::lower_tester
