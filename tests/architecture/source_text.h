// C++ source as the walls see it: includes and words, without comments and literals.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cicada::tests::architecture {

/// The source with every comment and every string or character literal replaced by spaces (line breaks stay).
/// `keep_strings` leaves string literals in place: for reading #include lines.
[[nodiscard]] std::string without_comments(std::string_view source, bool keep_strings);

/// What every #include (and __has_include) names, whatever #if surrounds it.
[[nodiscard]] std::vector<std::string> includes(std::string_view source);

/// The identifiers of the source, comments and literals left out.
[[nodiscard]] std::set<std::string> words(std::string_view source);

/// One line a violation: why this source may not stand in `room`. `rooms` are the paths of all rooms.
struct Wall {
  std::set<std::string> all_rooms;
  std::set<std::string> allowed;  ///< rooms that `room` may include
};
[[nodiscard]] std::vector<std::string> forbidden_includes(std::string_view room, const Wall& wall,
                                                          std::string_view source);

/// Words and headers that belong to one room; `file` is the path from the repository's root.
[[nodiscard]] std::vector<std::string> foreign_words(std::string_view file, std::string_view source);

/// The room (or room folder under construction) that "cicada/host/sm/codec.h" belongs to: "host/sm"; empty if none.
[[nodiscard]] std::string room_of_include(std::string_view include, const std::set<std::string>& all_rooms);

}  // namespace cicada::tests::architecture
