// What is wrong with a file that somebody wrote.
#pragma once

#include <expected>
#include <string>

#include "cicada/base/error.h"

namespace cicada::base {

/// Unlike Error this holds runtime text, because it talks about files that people write: the file's name, line and
/// column, the key and the value that stands there. Content of a card (personal data, keys) never gets in.
struct Problem {
  Fault fault = Fault::bad_input;
  std::string text;  ///< complete: "cccd.toml:12:3: file.sfi: ..."
};

template <typename T>
using Checked = std::expected<T, Problem>;

}  // namespace cicada::base
