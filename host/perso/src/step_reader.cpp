#include "step_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "grouping.h"

namespace cicada::host::perso {

using base::StrictTable;

namespace {

using Keys = std::vector<std::string_view>;

const Keys kStepKeys{"at",  "label",       "command",   "data",     "le",        "chunk",
                     "dgi", "last-offset", "last-flag", "extended", "encrypted", "already"};
constexpr std::size_t kHeader = 4;
constexpr std::size_t kTag = 2;

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

Checked<Template> read_template(const StrictTable& table, std::string_view key, const FieldSet& allowed) {
  CICADA_TRY(const auto text, table.text(key));
  auto made = Template::parse(text, allowed);
  if (!made) return table.refuse(key, made.error());
  return *std::move(made);
}

class StepReader {
 public:
  explicit StepReader(Script& script) : script_(script) {}

  Checked<void> read(const StrictTable& document) {
    CICADA_TRY(const auto tables, document.tables("step"));
    if (tables.size() > kMaxScriptSteps) {
      return document.refuse("step", fmt::format("more than {} steps", kMaxScriptSteps));
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

 private:
  Checked<void> read_step(const StrictTable& table, Moment moment) {
    StepTemplate step;
    CICADA_TRY(step.label, read_label(table, moment));
    if (table.has("extended")) {
      CICADA_TRY(step.extended, table.truth("extended"));
      if (step.extended && script_.limits.extended_data == 0) {
        return table.refuse("extended", "the card takes no extended length (card.extended-data)");
      }
    }
    CICADA_CHECK(table.has("dgi") ? read_grouping(table, moment, step) : read_command(table, moment, step));
    CICADA_CHECK(read_pieces(table, moment, step));
    if (table.has("already")) {
      if (moment != Moment::erase) return table.refuse("already", "only a step of an erase has it");
      CICADA_TRY(const auto already, table.number("already", 0x6000, 0x6FFF));
      step.already = static_cast<std::uint16_t>(already);
    }
    auto& steps = script_.steps.at(static_cast<std::size_t>(moment));
    if (!steps.empty() && only_once(moment)) return table.refuse("at", "stands there already");
    steps.push_back(std::move(step));
    return {};
  }

  Checked<void> read_command(const StrictTable& table, Moment moment, StepTemplate& step) const {
    if (table.has("encrypted")) return table.refuse("encrypted", "only a data grouping (dgi) has it");
    CICADA_TRY(step.header, read_header(table, numbers_of(moment)));
    if (table.has("data")) {
      CICADA_TRY(step.data, read_template(table, "data", info(moment).fields));
      const auto room = script_.room(step);
      if (step.data.most() > room) {
        return table.refuse(
            "data", fmt::format("gives {} to {} octets; a data field of this card has {} ({})", step.data.least(),
                                step.data.most(), room, step.extended ? "card.extended-data" : "card.command-data"));
      }
    }
    if (table.has("le")) {
      CICADA_TRY(step.ne, table.number("le", 1, iso7816::kMaxShortNe));
    }
    return {};
  }

  Checked<void> read_grouping(const StrictTable& table, Moment moment, StepTemplate& step) const {
    for (const auto* key : {"command", "le", "extended"}) {
      if (table.has(key)) return table.refuse(key, "a data grouping (dgi) is no command");
    }
    if (!script_.store_data) return table.refuse("dgi", "there is no [store-data]");
    if (!has_groupings(moment)) return table.refuse("dgi", "what this step asks for is answered: it is a command");
    CICADA_TRY(step.dgi, read_template(table, "dgi", numbers_of(moment)));
    if (step.dgi.least() != kTag || step.dgi.most() != kTag) {
      return table.refuse("dgi", fmt::format("{} octets; the tag of a data grouping has {}", step.dgi.most(), kTag));
    }
    if (table.has("data")) {
      CICADA_TRY(step.data, read_template(table, "data", info(moment).fields));
    }
    if (table.has("encrypted")) {
      CICADA_TRY(step.encrypted, table.truth("encrypted"));
    }
    const auto most = step.encrypted ? sealed_room(script_.limits.command_data) : script_.store_data->largest;
    if (step.data.most() <= most) return {};
    return table.refuse("data", fmt::format("gives {} to {} octets; such a data grouping has {} at most",
                                            step.data.least(), step.data.most(), most));
  }

  /// Only numbers: what a header says is sent in the clear whatever the channel does, and is printed.
  static FieldSet numbers_of(Moment moment) {
    FieldSet numbers;
    for (std::size_t i = 0; i < kFields; ++i) {
      numbers.set(i, info(moment).fields.test(i) && info(static_cast<Field>(i)).number);
    }
    return numbers;
  }

  /// Steps whose answers somebody waits for are commands.
  static bool has_groupings(Moment moment) {
    using enum Moment;
    switch (moment) {
      case make_active_rsa:
      case make_active_ecdsa:
      case make_chip_key:
      case read_active_key:
      case read_chip_key:
      case erase:
      case chip_id:
      case is_locked:
      case is_personalized: return false;
      default: return true;
    }
  }

  static bool only_once(Moment moment) {
    return moment == Moment::read_active_key || moment == Moment::read_chip_key || moment == Moment::certificate ||
           moment == Moment::make_active_rsa || moment == Moment::make_active_ecdsa || moment == Moment::make_chip_key;
  }

  static Checked<std::string> read_label(const StrictTable& table, Moment moment) {
    CICADA_TRY(auto label, plain_text(table, "label", kMaxLabel));
    auto rest = label;
    const auto drop = [&rest](std::string_view what) {
      for (auto at = rest.find(what); at != std::string::npos; at = rest.find(what)) rest.erase(at, what.size());
    };
    if (info(moment).named) drop("{name}");
    if (writes(moment)) drop("{offset}");
    if (moment == Moment::certificate) drop("{block}");
    if (rest.find_first_of("{}") != std::string::npos) {
      return table.refuse("label", fmt::format("there is {}{}{}here",  //
                                               info(moment).named ? "{name} " : "",
                                               writes(moment)                  ? "{offset} "
                                               : moment == Moment::certificate ? "{block} "
                                                                               : "",
                                               info(moment).named || info(moment).pieces ? "" : "no field "));
    }
    return label;
  }

  /// The keys of steps that carry something in pieces.
  Checked<void> read_pieces(const StrictTable& table, Moment moment, StepTemplate& step) const {
    const bool grouping = !step.dgi.empty();
    if (table.has("last-flag")) {
      if (!grouping && moment != Moment::certificate) {
        return table.refuse("last-flag", "only certificates and data groupings have it");
      }
      CICADA_TRY(const auto flag, table.number("last-flag", 1, 0xFF));
      step.last_flag = static_cast<std::uint8_t>(flag);
    }
    if (!info(moment).pieces) {
      for (const auto* key : {"chunk", "last-offset"}) {
        if (table.has(key)) return table.refuse(key, "this step does not come in pieces");
      }
      return {};
    }
    const bool body = moment == Moment::certificate && step.data.uses(Field::body);
    if (body == step.data.uses(Field::data)) {
      return table.refuse("data", body ? "either {data} or {body}" : "{data} has to stand in it");
    }
    if (table.has("chunk")) {
      const auto around = step.data.least() - info(Field::data).least;
      CICADA_TRY(step.chunk, table.number("chunk", 1, static_cast<std::int64_t>(script_.room(step) - around)));
    }
    return writes(moment) ? read_offsets(table, moment, step) : only_for_files(table);
  }

  static bool writes(Moment moment) { return moment == Moment::write || moment == Moment::write_mf; }

  static Checked<void> only_for_files(const StrictTable& table) {
    if (!table.has("last-offset")) return {};
    return table.refuse("last-offset", "only a step that writes a file has it");
  }

  Checked<void> read_offsets(const StrictTable& table, Moment moment, StepTemplate& step) const {
    if (!step.header.uses(Field::offset) && !step.data.uses(Field::offset)) {
      return table.refuse("", "{offset:2} has to stand in \"command\" or \"data\"");
    }
    if (table.has("last-offset")) {
      CICADA_TRY(step.last_offset, table.number("last-offset", 0, 0xFFFF));
    }
    const auto& before = script_.at(moment);
    if (!before.empty() && before.back().last_offset >= step.last_offset) {
      return table.refuse("last-offset", "an earlier step reaches as far");
    }
    return {};
  }

  Script& script_;
};

}  // namespace

Checked<std::string> plain_text(const StrictTable& table, std::string_view key, std::size_t most) {
  CICADA_TRY(auto text, table.text(key));
  if (text.size() > most || !is_plain(text)) {
    return table.refuse(key, fmt::format("must be at most {} printable ASCII characters", most));
  }
  return text;
}

Checked<Template> read_header(const StrictTable& table, const FieldSet& allowed) {
  CICADA_TRY(auto header, read_template(table, "command", allowed));
  if (header.least() != kHeader || header.most() != kHeader) {
    return table.refuse("command", fmt::format("{} octets; CLA, INS, P1 and P2 are {}", header.most(), kHeader));
  }
  return header;
}

Checked<void> read_steps(const StrictTable& document, Script& script) {
  return StepReader{script}.read(document);
}

}  // namespace cicada::host::perso
