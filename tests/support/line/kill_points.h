// Places at which a process can die, by name.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cicada::test {

/// One place: "apdu UPDATE BINARY 3, before".
struct Place {
  std::string name;
  std::uint64_t reached = 0;
};

/// Kept in memory that a process shares with the children that it forks, so that what a child reached is known after
/// its death. One process at a time listens. In a process that does not, reaching a place means nothing.
class KillPoints {
 public:
  /// The memory, in the parent of all processes that listen; empty again when it is called once more.
  static void create();
  /// From now on the places that this process reaches are counted.
  static void listen();
  /// All places that any process reached since create().
  [[nodiscard]] static std::vector<Place> places();
  [[nodiscard]] static bool listens() noexcept;
  /// The same as listen(), and this process dies by SIGKILL when it reaches `place` for the `nth` time from now on.
  /// `count` false: no other place is counted, which costs a line as much as a tenth of its work. Before any thread is
  /// started.
  static void arm(std::string_view place, std::uint64_t nth, bool count = true);
  /// Was the armed place reached so often? Asked by the parent, of the child that it armed.
  [[nodiscard]] static bool fired();
  /// Called by whatever stands around the parts of a line.
  static void reached(std::string_view place);
  static void reached(std::string_view what, std::string_view when);
  /// The next call of reached() with this place kills: for whoever has something to do first (half a write).
  [[nodiscard]] static bool is_next(std::string_view place);
};

/// SIGKILL to this process; does not return.
[[noreturn]] void die();

}  // namespace cicada::test
