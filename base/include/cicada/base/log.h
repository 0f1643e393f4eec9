// What the program says about itself while it works.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "cicada/base/bytes.h"
#include "cicada/base/literal.h"

namespace cicada::base {

enum class LogLevel : std::uint8_t { trace, info, warning, error };

/// One line. `room` is the room's path ("host/sm"), `text` a literal, `detail` runtime text that is safe to show:
/// lengths, status words, file names; never keys, never personal data.
struct LogLine {
  LogLevel level;
  std::string_view room;
  std::string_view text;
  std::string_view detail;
};

/// Passed down from main; there is no global logger. A default-made Log drops everything.
class Log {
 public:
  using Sink = std::function<void(const LogLine&)>;

  Log() = default;
  explicit Log(Sink sink, LogLevel threshold = LogLevel::info) : sink_(std::move(sink)), threshold_(threshold) {}

  [[nodiscard]] bool enabled(LogLevel level) const noexcept { return sink_ && level >= threshold_; }
  void write(LogLevel level, Literal room, Literal text, std::string_view detail = {}) const {
    if (enabled(level)) sink_({level, room.view(), text.view(), detail});
  }

 private:
  Sink sink_;
  LogLevel threshold_ = LogLevel::info;
};

/// An APDU as a log may show it: the header and the length, no data field. "00A4040C.. (12 B)"
[[nodiscard]] std::string shorten_apdu(ByteView apdu);

}  // namespace cicada::base
