// A dialect's file: every key known, every template sound, every command small enough.
#include <fmt/format.h>

#include <algorithm>

#include "cicada/base/file.h"
#include "cicada/base/strict_table.h"
#include "script.h"

namespace cicada::host::perso {

using base::StrictTable;

namespace {

using Keys = std::vector<std::string_view>;

const Keys kDocumentKeys{"dialect", "card", "channel", "chip-id", "conditions", "public-key", "step", "status"};
const Keys kDialectKeys{"name", "description"};
const Keys kCardKeys{"applications", "files",     "file-size",         "memory", "command-data", "master-file",
                     "keys",         "cvca-file", "created-is-current"};
const Keys kChannelKeys{"protocol", "key-version", "level", "application"};
const Keys kChipIdKeys{"offset", "size"};
const Keys kPublicKeys{"object", "modulus", "exponent", "point", "value"};
const Keys kStatusKeys{"sw", "ins", "meaning"};
const Keys kStepKeys{"at", "label", "command", "data", "le", "chunk", "last-offset", "last-flag"};

const Keys kProtocols{"none", "scp02", "scp03"};
const Keys kOrigins{"none", "card", "prepared"};
const Keys kCvcaFiles{"card", "host"};
const std::vector<std::pair<std::string_view, AccessRule>> kConditions{{"always", AccessRule::always},
                                                                       {"access", AccessRule::access},
                                                                       {"eac-dg3", AccessRule::eac_dg3},
                                                                       {"eac-dg4", AccessRule::eac_dg4},
                                                                       {"never", AccessRule::never}};

constexpr std::size_t kMaxLabel = 80;
constexpr std::size_t kMaxMeaning = 200;
constexpr std::int64_t kMaxMemory = 16L * 1024 * 1024;
constexpr std::size_t kHeader = 4;

/// What people read on a terminal: no control characters.
bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

Checked<std::string> plain_text(const StrictTable& table, std::string_view key, std::size_t most) {
  CICADA_TRY(auto text, table.text(key));
  if (text.size() > most || !is_plain(text)) {
    return table.refuse(key, fmt::format("must be at most {} printable ASCII characters", most));
  }
  return text;
}

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
    CICADA_CHECK(read_steps());
    CICADA_CHECK(read_chip_id());
    CICADA_CHECK(read_meanings());
    CICADA_CHECK(check_whole());
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
    CICADA_TRY(limits.command_data, table.number("command-data", 16, iso7816::kMaxNc));
    CICADA_TRY(limits.master_file, table.truth("master-file"));
    CICADA_TRY(const auto origin, table.choice("keys", kOrigins));
    script_.keys = KeyOrigin{static_cast<std::uint8_t>(origin)};
    if (table.has("cvca-file")) {
      CICADA_TRY(const auto who, table.choice("cvca-file", kCvcaFiles));
      script_.cvca_file = CvcaFile{static_cast<std::uint8_t>(who)};
    }
    if (table.has("created-is-current")) {
      CICADA_TRY(script_.created_is_current, table.truth("created-is-current"));
    }
    return {};
  }

  Checked<void> read_channel() {
    CICADA_TRY(const auto table, document_.table("channel"));
    CICADA_CHECK(table.allow(kChannelKeys));
    auto& channel = script_.channel;
    CICADA_TRY(const auto protocol, table.choice("protocol", kProtocols));
    channel.protocol = ChannelProtocol{static_cast<std::uint8_t>(protocol)};
    if (table.has("application")) {
      CICADA_TRY(channel.application, table.octets("application", 5, 16));
    }
    if (channel.protocol == ChannelProtocol::none) {
      for (const auto* key : {"key-version", "level"}) {
        if (table.has(key)) return table.refuse(key, "a card without a secure channel has none");
      }
      return {};
    }
    CICADA_TRY(const auto version, table.number("key-version", 0, 0x7F));
    CICADA_TRY(const auto level, table.number("level", 0x01, 0x33));
    channel.key_version = static_cast<std::uint8_t>(version);
    channel.level = static_cast<std::uint8_t>(level);
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

  Checked<void> read_steps() {
    CICADA_TRY(const auto tables, document_.tables("step"));
    if (tables.size() > kMaxScriptSteps) {
      return document_.refuse("step", fmt::format("more than {} steps", kMaxScriptSteps));
    }
    Keys moments;
    for (std::size_t i = 0; i < kMoments; ++i) moments.push_back(info(Moment{static_cast<std::uint8_t>(i)}).name);
    for (const auto& table : tables) {
      CICADA_CHECK(table.allow(kStepKeys));
      CICADA_TRY(const auto at, table.choice("at", moments));
      CICADA_CHECK(read_step(table, Moment{static_cast<std::uint8_t>(at)}));
    }
    return {};
  }

  Checked<void> read_step(const StrictTable& table, Moment moment) {
    StepTemplate step;
    CICADA_TRY(step.label, read_label(table, moment));
    // Only numbers: what a header says is sent in the clear whatever the channel does, and is printed.
    FieldSet numbers;
    for (std::size_t i = 0; i < kFields; ++i) {
      numbers.set(i, info(moment).fields.test(i) && info(static_cast<Field>(i)).number);
    }
    CICADA_TRY(step.header, read_template(table, "command", numbers));
    if (step.header.least() != kHeader || step.header.most() != kHeader) {
      return table.refuse("command", fmt::format("{} octets; CLA, INS, P1 and P2 are {}", step.header.most(), kHeader));
    }
    if (table.has("data")) {
      CICADA_TRY(step.data, read_template(table, "data", info(moment).fields));
      CICADA_CHECK(check_size(table, step.data));
    }
    if (table.has("le")) {
      CICADA_TRY(step.ne, table.number("le", 1, iso7816::kMaxShortNe));
    }
    CICADA_CHECK(read_pieces(table, moment, step));
    auto& steps = script_.steps.at(static_cast<std::size_t>(moment));
    if (!steps.empty() && only_once(moment)) return table.refuse("at", "stands there already");
    steps.push_back(std::move(step));
    return {};
  }

  static bool only_once(Moment moment) {
    return moment == Moment::read_active_key || moment == Moment::read_chip_key || moment == Moment::chip_id ||
           moment == Moment::certificate || moment == Moment::make_active_rsa || moment == Moment::make_active_ecdsa ||
           moment == Moment::make_chip_key;
  }

  static Checked<std::string> read_label(const StrictTable& table, Moment moment) {
    CICADA_TRY(auto label, plain_text(table, "label", kMaxLabel));
    auto rest = label;
    const auto drop = [&rest](std::string_view what) {
      for (auto at = rest.find(what); at != std::string::npos; at = rest.find(what)) rest.erase(at, what.size());
    };
    if (info(moment).named) drop("{name}");
    if (moment == Moment::write) drop("{offset}");
    if (moment == Moment::certificate) drop("{block}");
    if (rest.find_first_of("{}") != std::string::npos) {
      return table.refuse("label", fmt::format("there is {}{}{}here",  //
                                               info(moment).named ? "{name} " : "",
                                               moment == Moment::write         ? "{offset} "
                                               : moment == Moment::certificate ? "{block} "
                                                                               : "",
                                               info(moment).named || info(moment).pieces ? "" : "no field "));
    }
    return label;
  }

  static Checked<Template> read_template(const StrictTable& table, std::string_view key, const FieldSet& allowed) {
    CICADA_TRY(const auto text, table.text(key));
    auto made = Template::parse(text, allowed);
    if (!made) return table.refuse(key, made.error());
    return *std::move(made);
  }

  Checked<void> check_size(const StrictTable& table, const Template& data) const {
    if (data.most() <= script_.limits.command_data) return {};
    return table.refuse(
        "data", fmt::format("gives {} to {} octets; a data field of this card has {} (card.command-data)", data.least(),
                            data.most(), script_.limits.command_data));
  }

  /// The keys of steps that carry something in pieces.
  Checked<void> read_pieces(const StrictTable& table, Moment moment, StepTemplate& step) const {
    if (!info(moment).pieces) {
      for (const auto* key : {"chunk", "last-offset", "last-flag"}) {
        if (table.has(key)) return table.refuse(key, "this step does not come in pieces");
      }
      return {};
    }
    if (!step.data.uses(Field::data)) return table.refuse("data", "{data} has to stand in it");
    if (table.has("chunk")) {
      const auto most = script_.limits.command_data - (step.data.least() - info(Field::data).least);
      CICADA_TRY(step.chunk, table.number("chunk", 1, static_cast<std::int64_t>(most)));
    }
    if (moment == Moment::certificate) {
      if (table.has("last-offset")) return table.refuse("last-offset", "only a step that writes a file has it");
      if (table.has("last-flag")) {
        CICADA_TRY(const auto flag, table.number("last-flag", 1, 0xFF));
        step.last_flag = static_cast<std::uint8_t>(flag);
      }
      return {};
    }
    if (table.has("last-flag")) return table.refuse("last-flag", "only a step that brings a certificate has it");
    if (!step.header.uses(Field::offset) && !step.data.uses(Field::offset)) {
      return table.refuse("", "{offset:2} has to stand in \"command\" or \"data\"");
    }
    if (table.has("last-offset")) {
      CICADA_TRY(step.last_offset, table.number("last-offset", 0, 0xFFFF));
    }
    const auto& before = script_.at(Moment::write);
    if (!before.empty() && before.back().last_offset >= step.last_offset) {
      return table.refuse("last-offset", "an earlier step reaches as far");
    }
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

  [[nodiscard]] std::unexpected<Problem> missing(Moment moment, std::string_view because) const {
    return document_.refuse("step", fmt::format("there is none at = \"{}\": {}", info(moment).name, because));
  }

  [[nodiscard]] bool has_any(std::initializer_list<Moment> moments) const {
    return std::ranges::any_of(moments, [this](Moment moment) { return script_.has(moment); });
  }

  Checked<void> check_whole() const {
    if (!script_.has(Moment::write)) return missing(Moment::write, "nothing could be put into a file");
    const auto& furthest = script_.at(Moment::write).back();
    if (script_.limits.file_size > furthest.last_offset + 1UL) {
      return document_.refuse("card", fmt::format("file-size is {}; the steps at = \"write\" reach {} octets",
                                                  script_.limits.file_size, furthest.last_offset + 1UL));
    }
    for (const auto& step : script_.at(Moment::create_file)) {
      if (step.data.uses(Field::condition) && script_.conditions.empty()) {
        return document_.refuse("conditions", "this key is missing: a step asks for {condition}");
      }
    }
    if (script_.limits.master_file && script_.has(Moment::select_application) && !script_.has(Moment::select_master)) {
      return missing(Moment::select_master, "files can lie in the MF");
    }
    if (script_.has(Moment::certificate) != script_.has(Moment::trust) && script_.has(Moment::trust)) {
      return missing(Moment::certificate, "there is one at = \"trust\"");
    }
    return check_keys();
  }

  Checked<void> check_keys() const {
    using enum Moment;
    const bool makes = has_any({make_active_rsa, make_active_ecdsa, make_chip_key, read_active_key, read_chip_key});
    const bool loads = has_any({load_active_rsa, load_active_ecdsa, load_chip_key});
    if (makes != (script_.keys == KeyOrigin::card)) {
      return document_.refuse("card", "keys = \"card\" and steps at = \"make-...\" go together");
    }
    if (loads != (script_.keys == KeyOrigin::prepared)) {
      return document_.refuse("card", "keys = \"prepared\" and steps at = \"load-...\" go together");
    }
    if (makes && script_.public_half.object == 0) {
      return document_.refuse("public-key",
                              "this key is missing: the card makes keys, and their public halves come out");
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
