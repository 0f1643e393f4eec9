#include "cicada/host/perso/profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cicada/base/file.h"
#include "cicada/base/hex.h"
#include "cicada/base/strict_table.h"
#include "cicada/crypto/openssl/hash.h"
#include "cicada/host/perso/dialect.h"
#include "profile_chip.h"

namespace cicada::host::perso {

namespace {

constexpr std::array<std::string_view, 6> kAccessRules{"always", "bac", "eac-dg3", "eac-dg4", "never", "access"};
constexpr std::array<std::string_view, 2> kSizeRules{"exact", "max"};
constexpr std::array<std::string_view, 2> kFinalStates{"personalized", "locked"};
constexpr std::array<std::string_view, 3> kKeys{"bac", "pace-mrz", "pace-can"};
constexpr std::array<std::string_view, 2> kCanRules{"last-six-digits", "random"};

constexpr std::array<std::string_view, 7> kDocumentKeys{"profile",
                                                        "application",
                                                        "file",
                                                        "pace",
                                                        "active-authentication",
                                                        "chip-authentication",
                                                        "terminal-authentication"};
constexpr std::array<std::string_view, 2> kDocuments{"cccd", "passport"};
constexpr std::array<std::string_view, 7> kProfileKeys{"name", "description", "document", "dialect",
                                                       "keys", "can",         "finish"};
constexpr std::array<std::string_view, 3> kApplicationKeys{"name", "aid", "fid"};
constexpr std::array<std::string_view, 9> kFileKeys{"name", "df",   "fid", "sfi", "content",
                                                    "hex",  "size", "max", "read"};

constexpr std::array<std::uint32_t, 3> kReservedFids{0x3F00, 0x3FFF, 0xFFFF};  // ISO/IEC 7816-4 §7.4.1
constexpr std::uint32_t kMaxSfi = 30;
constexpr std::size_t kMinAid = 5;
constexpr std::size_t kMaxAid = 16;

/// Reads the parts of a profile in order; each part is checked against those before it.
class ProfileReader {
 public:
  ProfileReader(const StrictTable& document, const DialectSet& dialects, const std::filesystem::path& folder)
      : document_(document), dialects_(dialects), folder_(folder) {}

  Checked<Profile> read() {
    CICADA_CHECK(document_.allow(kDocumentKeys));
    CICADA_CHECK(read_head());
    CICADA_TRY(const auto applications, document_.tables("application"));
    for (const auto& table : applications) CICADA_CHECK(read_application(table));
    CICADA_TRY(const auto files, document_.tables("file"));
    for (const auto& table : files) CICADA_CHECK(read_file(table));
    CICADA_CHECK(read_chip(document_, profile_));
    if (const auto obstacle = dialect_->obstacle(profile_)) return document_.refuse(obstacle->key, obstacle->text);
    return std::move(profile_);
  }

 private:
  Checked<void> read_head() {
    CICADA_TRY(const auto table, document_.table("profile"));
    CICADA_CHECK(table.allow(kProfileKeys));
    CICADA_TRY(profile_.name, table.text("name"));
    if (table.has("description")) {
      CICADA_TRY(profile_.description, table.text("description"));
    }
    if (table.has("document")) {
      CICADA_TRY(const auto document, table.choice("document", kDocuments));
      profile_.document = DocumentKind{static_cast<std::uint8_t>(document)};
    }
    CICADA_CHECK(read_dialect(table));
    CICADA_TRY(const auto keys, table.choices("keys", kKeys));
    for (const auto key : keys) {
      profile_.bac_keys = profile_.bac_keys || key == 0;
      profile_.pace_mrz = profile_.pace_mrz || key == 1;
      profile_.pace_can = profile_.pace_can || key == 2;
    }
    if (table.has("can")) {
      CICADA_TRY(const auto can, table.choice("can", kCanRules));
      profile_.can = CanRule{static_cast<std::uint8_t>(can)};
    }
    CICADA_TRY(const auto finish, table.choice("finish", kFinalStates));
    profile_.finish = FinalState{static_cast<std::uint8_t>(finish)};
    return {};
  }

  Checked<void> read_dialect(const StrictTable& table) {
    CICADA_TRY(const auto text, table.text("dialect"));
    if (text.ends_with(".toml")) {
      auto dialect = Dialect::load(folder_ / text);
      if (!dialect) return std::unexpected(dialect.error());
      dialect_ = std::make_shared<const Dialect>(*std::move(dialect));
    } else {
      const auto names = dialects_.names();
      CICADA_TRY(const auto index, table.choice("dialect", names));
      dialect_ = dialects_.find(names[index]);
    }
    profile_.dialect = dialect_->name();
    profile_.script = dialect_;
    return {};
  }

  Checked<void> read_application(const StrictTable& table) {
    CICADA_CHECK(table.allow(kApplicationKeys));
    Application application;
    CICADA_TRY(application.name, new_name(table));
    CICADA_TRY(application.aid, table.octets("aid", kMinAid, kMaxAid));
    CICADA_TRY(application.fid, new_fid(table, kMasterFile));
    if (std::ranges::find(profile_.applications, application.aid, &Application::aid) != profile_.applications.end()) {
      return table.refuse("aid", "another application has this AID");
    }
    profile_.applications.push_back(std::move(application));
    if (profile_.applications.size() > dialect_->limits().applications) {
      return table.refuse("", fmt::format("too many applications; a card of dialect {} has {}", dialect_->name(),
                                          dialect_->limits().applications));
    }
    return count_file(table);
  }

  Checked<void> read_file(const StrictTable& table) {
    CICADA_CHECK(table.allow(kFileKeys));
    File file;
    CICADA_TRY(file.name, new_name(table));
    CICADA_TRY(file.df, known_df(table));
    CICADA_TRY(file.fid, new_fid(table, file.df));
    if (table.has("sfi")) {
      CICADA_TRY(file.sfi, new_sfi(table, file.df));
    }
    CICADA_TRY(const auto rule, table.choice("read", kAccessRules));
    file.read = AccessRule{static_cast<std::uint8_t>(rule)};
    CICADA_CHECK(read_size(table, file));
    CICADA_CHECK(read_content(table, file));
    profile_.files.push_back(std::move(file));
    return count_file(table);
  }

  Checked<void> read_size(const StrictTable& table, File& file) {
    CICADA_TRY(const auto rule, table.choice("size", kSizeRules));
    file.size = SizeRule{static_cast<std::uint8_t>(rule)};
    if (table.has("max")) {
      CICADA_TRY(file.max, table.number("max", 1, static_cast<std::int64_t>(dialect_->limits().file_size)));
    } else if (file.size == SizeRule::max) {
      return table.refuse("max", "this key is missing; size = \"max\" makes the file this large");
    }
    if (file.size == SizeRule::max) memory_ += *file.max;
    return check_memory(table);
  }

  Checked<void> read_content(const StrictTable& table, File& file) {
    if (table.has("content") == table.has("hex")) {
      return table.refuse(table.has("hex") ? "hex" : "content", "a file has either \"content\" or \"hex\"");
    }
    if (table.has("content")) {
      std::vector<std::string_view> names{content_names().begin(), content_names().end()};
      CICADA_TRY(const auto index, table.choice("content", names));
      file.content = names[index];
      return {};
    }
    CICADA_TRY(file.fixed,
               table.octets("hex", 1, file.max.value_or(static_cast<std::uint32_t>(dialect_->limits().file_size))));
    if (file.size == SizeRule::exact) memory_ += file.fixed.size();
    return check_memory(table);
  }

  Checked<std::string> new_name(const StrictTable& table) {
    CICADA_TRY(auto name, table.text("name"));
    const bool taken =
        name == kMasterFile ||
        std::ranges::find(profile_.applications, name, &Application::name) != profile_.applications.end() ||
        std::ranges::find(profile_.files, name, &File::name) != profile_.files.end();
    if (taken) return table.refuse("name", fmt::format("the name \"{}\" is taken", name));
    return name;
  }

  Checked<std::uint16_t> new_fid(const StrictTable& table, std::string_view df) {
    CICADA_TRY(const auto fid, table.number("fid", 0x0001, 0xFFFF));
    if (std::ranges::find(kReservedFids, fid) != kReservedFids.end()) {
      return table.refuse("fid", fmt::format("0x{:04X} is reserved by ISO/IEC 7816-4", fid));
    }
    for (const auto& application : profile_.applications) {
      if (df == kMasterFile && application.fid == fid) return taken(table, "fid", fid, application.name);
    }
    for (const auto& file : profile_.files) {
      if (file.df == df && file.fid == fid) return taken(table, "fid", fid, file.name);
    }
    return static_cast<std::uint16_t>(fid);
  }

  Checked<std::uint8_t> new_sfi(const StrictTable& table, std::string_view df) {
    CICADA_TRY(const auto sfi, table.number("sfi", 1, kMaxSfi));
    for (const auto& file : profile_.files) {
      if (file.df == df && file.sfi == sfi) return taken(table, "sfi", sfi, file.name);
    }
    return static_cast<std::uint8_t>(sfi);
  }

  Checked<std::string> known_df(const StrictTable& table) {
    std::vector<std::string_view> names{kMasterFile};
    for (const auto& application : profile_.applications) names.push_back(application.name);
    CICADA_TRY(const auto index, table.choice("df", names));
    return std::string{names[index]};
  }

  static std::unexpected<Problem> taken(const StrictTable& table, std::string_view key, std::uint32_t value,
                                        std::string_view by) {
    return table.refuse(key, fmt::format("0x{:0{}X} is taken by {}", value, key == "fid" ? 4 : 2, by));
  }

  Checked<void> count_file(const StrictTable& table) {
    if (profile_.applications.size() + profile_.files.size() <= dialect_->limits().files) return {};
    return table.refuse(
        "", fmt::format("too many files; a card of dialect {} has {}", dialect_->name(), dialect_->limits().files));
  }

  Checked<void> check_memory(const StrictTable& table) {
    if (memory_ <= dialect_->limits().memory) return {};
    return table.refuse("", fmt::format("with this file the card would hold {} octets; a card of dialect {} has {}",
                                        memory_, dialect_->name(), dialect_->limits().memory));
  }

  const StrictTable& document_;
  const DialectSet& dialects_;
  const std::filesystem::path& folder_;
  std::shared_ptr<const Dialect> dialect_ = {};
  Profile profile_;
  std::size_t memory_ = 0;  ///< octets that every card needs, whatever its content
};

}  // namespace

std::string_view to_string(AccessRule rule) noexcept {
  const auto index = static_cast<std::size_t>(rule);
  return index < kAccessRules.size() ? kAccessRules.at(index) : "unknown";
}

const std::vector<std::string>& content_names() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names{"ef-com", "ef-sod",      "ef-cardaccess",          "ef-cardsecurity",
                                   "ef-dir", "ef-atr-info", std::string{kCvcaContent}};
    for (int i = 1; i <= 16; ++i) names.push_back(fmt::format("dg{}", i));
    return names;
  }();
  return kNames;
}

namespace {

/// One form for one content: a mark for the kind of a value, the number of its parts, the parts. Keys are in order
/// already.
void write_canonical(const toml::node& node, std::string& out) {
  if (const auto* table = node.as_table()) {
    out += fmt::format("t{}:", table->size());
    for (const auto& [key, value] : *table) {
      out += fmt::format("{}:{}", key.str().size(), key.str());
      write_canonical(value, out);
    }
  } else if (const auto* array = node.as_array()) {
    out += fmt::format("a{}:", array->size());
    for (const auto& value : *array) write_canonical(value, out);
  } else if (const auto* text = node.as_string()) {
    out += fmt::format("s{}:{}", text->get().size(), text->get());
  } else if (const auto* number = node.as_integer()) {
    out += fmt::format("i{};", number->get());
  } else if (const auto* flag = node.as_boolean()) {
    out += flag->get() ? "b1;" : "b0;";
  }
}

Checked<Profile> parse(std::string_view text, std::string_view file_name, const DialectSet& dialects,
                       const std::filesystem::path& folder) {
  CICADA_TRY(const auto document, base::parse_toml(text, file_name));
  CICADA_TRY(auto profile, ProfileReader(StrictTable{document, file_name, ""}, dialects, folder).read());
  std::string canonical;
  write_canonical(document, canonical);
  const auto digest = crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha256, base::as_bytes(canonical));
  if (!digest || digest->size() != profile.digest.size()) {
    return std::unexpected(Problem{.fault = base::Fault::crypto, .text = fmt::format("{}: no SHA-256", file_name)});
  }
  std::ranges::copy(*digest, profile.digest.begin());
  return profile;
}

}  // namespace

Checked<Profile> parse_profile(std::string_view text, std::string_view file_name, const DialectSet& dialects) {
  return parse(text, file_name, dialects, {});
}

Checked<Profile> parse_profile(std::string_view text, std::string_view file_name) {
  return parse_profile(text, file_name, DialectSet::builtin());
}

Checked<Profile> load_profile(const std::filesystem::path& path, const DialectSet& dialects) {
  const auto content = base::read_file(path, kMaxProfileSize);
  if (!content) {
    return std::unexpected(Problem{.fault = content.error().fault,
                                   .text = fmt::format("{}: {}", path.string(), content.error().describe())});
  }
  return parse(base::as_text(*content), path.string(), dialects, path.parent_path());
}

Checked<Profile> load_profile(const std::filesystem::path& path) {
  return load_profile(path, DialectSet::builtin());
}

}  // namespace cicada::host::perso
