// A JSON object of which nothing is overlooked; not part of the room's promise.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/host/issuance/finding.h"
#include "notes.h"

namespace cicada::host::issuance {

enum class Need : std::uint8_t {
  required,  ///< the key is there and its value is no null
  nullable,  ///< the key is there; null leaves the target as it is
  optional,  ///< the key may be missing
};

/// Reads keys of one object. What is wrong becomes a finding (J02 unknown key, J03 missing, J04 wrong type or form),
/// whose field is the key's path: "unit.province". The target is then left as it is.
class StrictObject {
 public:
  /// `path` is empty for the record itself. Borrows the object.
  StrictObject(const nlohmann::json& object, std::string path, Findings& findings);

  void text(std::string_view key, std::string& to, Need need);
  void text(std::string_view key, std::optional<std::string>& to, Need need);
  void texts(std::string_view key, std::vector<std::string>& to, std::size_t most, Need need);
  void truth(std::string_view key, bool& to, Need need);
  /// A whole number from `least` to `most`.
  void number(std::string_view key, std::int64_t least, std::int64_t most,
              const std::function<void(std::int64_t)>& store, Need need);
  /// An object; `read` asks it for its keys. Unknown ones are found afterwards.
  void object(std::string_view key, const std::function<void(StrictObject&)>& read, Need need);
  void objects(std::string_view key, std::size_t most, const std::function<void(StrictObject&)>& read, Need need);

  /// J04 about a value that was read.
  void refuse(std::string_view key, std::string_view value, Said said);
  /// J02 for every key that nobody asked for.
  void finish();

 private:
  [[nodiscard]] const nlohmann::json* find(std::string_view key, Need need);
  [[nodiscard]] std::string path_of(std::string_view key) const;
  void wrong_type(std::string_view key, const nlohmann::json& value, Said wanted);

  const nlohmann::json& object_;
  std::string path_;
  Findings& findings_;
  std::set<std::string, std::less<>> asked_;
};

/// A value as a finding shows it.
[[nodiscard]] std::string shown(const nlohmann::json& value);

}  // namespace cicada::host::issuance
