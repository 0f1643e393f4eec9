// A dialect's file: every key known, every template sound, every command small enough.
#include <fmt/format.h>

#include <algorithm>

#include "cicada/base/file.h"
#include "cicada/base/strict_table.h"
#include "step_reader.h"

namespace cicada::host::perso {

using base::StrictTable;

namespace {

using Keys = std::vector<std::string_view>;

const Keys kDocumentKeys{"dialect",    "card",       "channel",    "chip-id", "is-locked", "is-personalized",
                         "conditions", "public-key", "store-data", "step",    "status"};
const Keys kStoreDataKeys{"command", "flags", "encrypted-flags", "largest"};
const Keys kDialectKeys{"name", "description"};
const Keys kCardKeys{"applications", "files", "file-size", "memory",       "command-data",       "extended-data",
                     "master-file",  "keys",  "cvca-file", "certificates", "created-is-current", "pace"};
const Keys kChannelKeys{"scp02", "scp03", "key-version", "application"};
const Keys kChipIdKeys{"offset", "size"};
const Keys kMarkKeys{"mark"};
const Keys kPublicKeys{"object", "modulus", "exponent", "point", "value"};
const Keys kStatusKeys{"sw", "ins", "meaning"};

const Keys kOrigins{"none", "card", "prepared"};
const Keys kCvcaFiles{"filled", "made"};
const std::vector<std::pair<std::string_view, AccessRule>> kConditions{{"always", AccessRule::always},
                                                                       {"access", AccessRule::access},
                                                                       {"eac-dg3", AccessRule::eac_dg3},
                                                                       {"eac-dg4", AccessRule::eac_dg4},
                                                                       {"never", AccessRule::never}};

constexpr std::size_t kMaxMeaning = 200;
constexpr std::size_t kMaxMark = 32;
constexpr std::uint8_t kScp02Level = 0x03;
constexpr std::uint8_t kScp03Level = 0x33;
constexpr std::int64_t kMaxMemory = 16L * 1024 * 1024;

Checked<asn1::Tag> tag(const StrictTable& table, std::string_view key) {
  if (!table.has(key)) return asn1::Tag{0};
  CICADA_TRY(const auto octets, table.octets(key, 1, 3));
  asn1::Tag value = 0;
  for (const auto octet : octets) value = value << 8U | octet;
  return value;
}

}  // namespace

class DialectReader {
 public:
  explicit DialectReader(const StrictTable& document) : document_(document) {}

  Checked<Dialect> read() {
    CICADA_CHECK(document_.allow(kDocumentKeys));
    CICADA_CHECK(read_head());
    CICADA_CHECK(read_card());
    CICADA_CHECK(read_channel());
    CICADA_CHECK(read_conditions());
    CICADA_CHECK(read_public_half());
    CICADA_CHECK(read_store_data());
    CICADA_CHECK(read_steps(document_, script_));
    CICADA_CHECK(read_chip_id());
    CICADA_CHECK(read_mark("is-locked", Moment::is_locked, script_.locked_mark));
    CICADA_CHECK(read_mark("is-personalized", Moment::is_personalized, script_.personalized_mark));
    CICADA_CHECK(read_meanings());
    CICADA_CHECK(check_script(document_, script_));
    return Dialect{std::make_unique<const Script>(std::move(script_))};
  }

 private:
  Checked<void> read_head() {
    CICADA_TRY(const auto table, document_.table("dialect"));
    CICADA_CHECK(table.allow(kDialectKeys));
    CICADA_TRY(script_.name, plain_text(table, "name", kMaxLabel));
    CICADA_TRY(script_.description, table.text("description"));
    return {};
  }

  Checked<void> read_card() {
    CICADA_TRY(const auto table, document_.table("card"));
    CICADA_CHECK(table.allow(kCardKeys));
    auto& limits = script_.limits;
    CICADA_TRY(limits.applications, table.number("applications", 1, 16));
    CICADA_TRY(limits.files, table.number("files", 2, 256));
    CICADA_TRY(limits.file_size, table.number("file-size", 1, 0xFFFF));
    CICADA_TRY(limits.memory, table.number("memory", 1, kMaxMemory));
    CICADA_TRY(limits.command_data, table.number("command-data", 16, iso7816::kMaxShortNc));
    if (table.has("extended-data")) {
      CICADA_TRY(limits.extended_data, table.number("extended-data", 256, iso7816::kMaxNc));
    }
    CICADA_TRY(limits.master_file, table.truth("master-file"));
    CICADA_TRY(const auto origin, table.choice("keys", kOrigins));
    script_.keys = KeyOrigin{static_cast<std::uint8_t>(origin)};
    if (table.has("cvca-file")) {
      CICADA_TRY(const auto who, table.choice("cvca-file", kCvcaFiles));
      script_.cvca_file = CvcaFile{static_cast<std::uint8_t>(who)};
    }
    if (table.has("certificates")) {
      CICADA_TRY(script_.certificates, table.number("certificates", 1, 2));
    }
    if (table.has("pace")) {
      CICADA_TRY(script_.built_in_pace, table.texts("pace"));
    }
    if (table.has("created-is-current")) {
      CICADA_TRY(script_.created_is_current, table.truth("created-is-current"));
    }
    return {};
  }

  Checked<void> read_channel() {
    if (!document_.has("channel")) return {};
    CICADA_TRY(const auto table, document_.table("channel"));
    CICADA_CHECK(table.allow(kChannelKeys));
    auto& channel = script_.channel;
    CICADA_TRY(channel.scp02, read_level(table, "scp02", {0x01, 0x03}));
    CICADA_TRY(channel.scp03, read_level(table, "scp03", {0x01, 0x03, 0x11, 0x13, 0x33}));
    if (!channel.secure()) return table.refuse("", "scp02 or scp03: a card without a secure channel has no [channel]");
    if (channel.scp02 && channel.scp03 && (channel.scp02 != kScp02Level || channel.scp03 != kScp03Level)) {
      return table.refuse("scp03", "with both protocols scp02 is 0x03 and scp03 is 0x33");
    }
    CICADA_TRY(const auto version, table.number("key-version", 0, 0x7F));
    channel.key_version = static_cast<std::uint8_t>(version);
    if (table.has("application")) {
      CICADA_TRY(channel.application, table.octets("application", 5, 16));
    }
    return {};
  }

  static Checked<std::optional<std::uint8_t>> read_level(const StrictTable& table, std::string_view key,
                                                         std::initializer_list<std::uint32_t> levels) {
    if (!table.has(key)) return std::nullopt;
    CICADA_TRY(const auto level, table.number(key, 0x01, 0x33));
    if (std::ranges::find(levels, level) == levels.end()) {
      return table.refuse(
          key, fmt::format("0x{:02X} is no security level; there are: 0x{:02X}", level, fmt::join(levels, ", 0x")));
    }
    return static_cast<std::uint8_t>(level);
  }

  Checked<void> read_store_data() {
    if (!document_.has("store-data")) return {};
    CICADA_TRY(const auto table, document_.table("store-data"));
    CICADA_CHECK(table.allow(kStoreDataKeys));
    StoreData store;
    CICADA_TRY(store.header, read_header(table, fields({Field::flags, Field::block})));
    if (!store.header.uses(Field::flags) || !store.header.uses(Field::block)) {
      return table.refuse("command", "{flags:1} and {block:1} have to stand in it");
    }
    CICADA_TRY(const auto flags, table.number("flags", 0, 0xFF));
    CICADA_TRY(const auto encrypted, table.number("encrypted-flags", 0, 0xFF));
    CICADA_TRY(store.largest, table.number("largest", 1, 0xFFFF));
    store.flags = static_cast<std::uint8_t>(flags);
    store.encrypted_flags = static_cast<std::uint8_t>(encrypted);
    script_.store_data = std::move(store);
    return {};
  }

  Checked<void> read_conditions() {
    if (!document_.has("conditions")) return {};
    CICADA_TRY(const auto table, document_.table("conditions"));
    Keys keys;
    for (const auto& [key, rule] : kConditions) keys.push_back(key);
    CICADA_CHECK(table.allow(keys));
    for (const auto& [key, rule] : kConditions) {
      if (!table.has(key)) continue;
      CICADA_TRY(script_.conditions[rule], table.octets(key, 1, info(Field::condition).most));
    }
    return {};
  }

  Checked<void> read_public_half() {
    if (!document_.has("public-key")) return {};
    CICADA_TRY(const auto table, document_.table("public-key"));
    CICADA_CHECK(table.allow(kPublicKeys));
    if (script_.keys != KeyOrigin::card) return table.refuse("", "the card makes no keys (card.keys)");
    auto& half = script_.public_half;
    CICADA_TRY(half.object, tag(table, "object"));
    CICADA_TRY(half.modulus, tag(table, "modulus"));
    CICADA_TRY(half.exponent, tag(table, "exponent"));
    CICADA_TRY(half.point, tag(table, "point"));
    CICADA_TRY(half.value, tag(table, "value"));
    if (half.object == 0) return table.refuse("object", "this key is missing");
    if ((half.modulus == 0) != (half.exponent == 0)) return table.refuse("", "modulus and exponent go together");
    return {};
  }

  Checked<void> read_chip_id() {
    if (document_.has("chip-id") != script_.has(Moment::chip_id)) {
      return document_.refuse("chip-id", "[chip-id] says what the answer of the step \"chip-id\" means: both or none");
    }
    if (!document_.has("chip-id")) return {};
    CICADA_TRY(const auto table, document_.table("chip-id"));
    CICADA_CHECK(table.allow(kChipIdKeys));
    CICADA_TRY(script_.chip_id.offset, table.number("offset", 0, 255));
    CICADA_TRY(script_.chip_id.size, table.number("size", 4, 32));
    return {};
  }

  /// What the answer to a question means.
  Checked<void> read_mark(std::string_view name, Moment question, base::Bytes& mark) {
    if (document_.has(name) != script_.has(question)) {
      return document_.refuse(name,
                              fmt::format("[{0}] says what the answer of the step \"{0}\" means: both or none", name));
    }
    if (!document_.has(name)) return {};
    CICADA_TRY(const auto table, document_.table(name));
    CICADA_CHECK(table.allow(kMarkKeys));
    CICADA_TRY(mark, table.octets("mark", 1, kMaxMark));
    return {};
  }

  Checked<void> read_meanings() {
    if (!document_.has("status")) return {};
    CICADA_TRY(const auto tables, document_.tables("status"));
    if (tables.size() > kMaxMeanings) {
      return document_.refuse("status", fmt::format("more than {} meanings", kMaxMeanings));
    }
    for (const auto& table : tables) {
      CICADA_CHECK(table.allow(kStatusKeys));
      Meaning meaning;
      CICADA_TRY(const auto sw, table.number("sw", 0x6000, 0x9FFF));
      meaning.sw = static_cast<std::uint16_t>(sw);
      if (table.has("ins")) {
        CICADA_TRY(const auto ins, table.number("ins", 0, 0xFF));
        meaning.ins = static_cast<std::uint8_t>(ins);
      }
      CICADA_TRY(meaning.text, plain_text(table, "meaning", kMaxMeaning));
      for (const auto& other : script_.meanings) {
        if (other.sw == meaning.sw && other.ins == meaning.ins) return table.refuse("sw", "stands there already");
      }
      script_.meanings.push_back(std::move(meaning));
    }
    return {};
  }

  const StrictTable& document_;
  Script script_;
};

Checked<Dialect> Dialect::parse(std::string_view text, std::string_view file_name) {
  if (text.size() > kMaxDialectSize) {
    return std::unexpected(Problem{.fault = base::Fault::limit,
                                   .text = fmt::format("{}: more than {} octets", file_name, kMaxDialectSize)});
  }
  CICADA_TRY(const auto document, base::parse_toml(text, file_name));
  return DialectReader{StrictTable{document, file_name, ""}}.read();
}

Checked<Dialect> Dialect::load(const std::filesystem::path& path) {
  const auto content = base::read_file(path, kMaxDialectSize);
  if (!content) {
    return std::unexpected(Problem{.fault = content.error().fault,
                                   .text = fmt::format("{}: {}", path.string(), content.error().describe())});
  }
  return parse(base::as_text(*content), path.string());
}

}  // namespace cicada::host::perso
