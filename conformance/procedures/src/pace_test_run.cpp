#include "pace_test_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "application.h"
#include "cicada/asn1/security_infos.h"
#include "cicada/conformance/procedures/steps.h"
#include "cicada/conformance/terminal/mrz.h"

namespace cicada::conformance::procedures {

using host::access::KeyAgreement;
using host::access::Mapping;
using model::Expectation;
using model::Outcome;
using terminal::Pace;
using terminal::PaceOffer;
using terminal::PacePassword;
using terminal::PaceStep;
using terminal::Terminal;

namespace {

constexpr std::array kSteps = {PaceStep::select, PaceStep::nonce, PaceStep::map, PaceStep::agree,
                               PaceStep::authenticate};

std::string_view profile_of(Mapping mapping) {
  switch (mapping) {
    case Mapping::generic: return "PACE-GM";
    case Mapping::integrated: return "PACE-IM";
    case Mapping::chip_authentication: return "PACE-CAM";
  }
  return "PACE";
}

bool claimed(const model::Ics& ics, const PaceOffer& offer) {
  return ics.claims(profile_of(offer.protocol.mapping)) &&
         ics.claims(offer.protocol.agreement == KeyAgreement::dh ? "PACE-DH" : "PACE-ECDH");
}

/// Also of offers that nobody here knows: they make the domain parameters ambiguous as well.
bool has_one_domain(const asn1::SecurityInfos& infos) {
  std::set<std::optional<std::uint32_t>> ids;
  for (const auto& [entry, info] : infos.all<asn1::PaceInfo>()) ids.insert(info->parameter_id);
  return ids.size() == 1;
}

/// Nothing: no such word.
std::optional<bool> has_word(const PaceOffer& offer, const asn1::SecurityInfos& infos, std::string_view word) {
  const auto& protocol = offer.protocol;
  if (word == "ecdh") return protocol.agreement == KeyAgreement::ecdh;
  if (word == "dh") return protocol.agreement == KeyAgreement::dh;
  if (word == "mapping-key") return protocol.mapping != Mapping::integrated;
  if (word == "integrated") return protocol.mapping == Mapping::integrated;
  if (word == "chip-authentication") return protocol.mapping == Mapping::chip_authentication;
  if (word == "no-chip-authentication") return protocol.mapping != Mapping::chip_authentication;
  if (word == "one-domain") return has_one_domain(infos);
  return std::nullopt;
}

Outcome named(const PaceOffer& offer, Outcome outcome) {
  if (!outcome.passed()) {
    outcome.reason =
        fmt::format("{}, parameters {}: {}", host::access::name_of(offer.protocol), offer.parameter_id, outcome.reason);
  }
  return outcome;
}

}  // namespace

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end != 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::string_view argument(const Arguments& arguments, const std::string& name) {
  const auto found = arguments.find(name);
  return found == arguments.end() ? std::string_view{} : std::string_view{found->second};
}

std::expected<PacePassword, Outcome> password_for(const Scene& scene, std::string_view kind) {
  const auto& ics = scene.ics;
  const bool by_can = kind == "can" || (kind.empty() && ics.mrz.empty());
  if (by_can && ics.can.empty()) return std::unexpected{model::inconclusive("the statement has no password")};
  if (!by_can && ics.mrz.empty()) return std::unexpected{model::inconclusive("the statement has no MRZ (access.mrz)")};
  auto password = [&]() -> base::Result<PacePassword> {
    if (by_can) return PacePassword::from_can(base::as_text(ics.can.expose()));
    CICADA_TRY(const auto information, terminal::mrz_information(ics.mrz));
    return PacePassword::from_mrz_information(information);
  }();
  if (!password) return std::unexpected{inconclusive("the statement's password", password.error())};
  return *std::move(password);
}

std::expected<asn1::SecurityInfos, Outcome> card_access(Scene& scene) {
  base::Bytes content;
  if (auto outcome = read_file(scene, "EF.CardAccess", content); !outcome.passed()) return std::unexpected{outcome};
  auto infos = asn1::parse_security_infos(content);
  if (!infos) return std::unexpected{inconclusive("EF.CardAccess", infos.error())};
  return *std::move(infos);
}

std::expected<std::vector<PaceOffer>, Outcome> offers_for(Scene& scene, std::string_view words) {
  const auto infos = card_access(scene);
  if (!infos) return std::unexpected{infos.error()};
  std::vector<PaceOffer> offers;
  for (const auto& offer : host::access::usable_offers(*infos)) {
    bool wanted = claimed(scene.ics, offer);
    for (const auto word : words_of(words)) {
      const auto has = has_word(offer, *infos, word);
      if (!has) return std::unexpected{model::inconclusive(fmt::format("\"{}\" is said of no offer", word))};
      wanted = wanted && *has;
    }
    if (wanted) offers.push_back(offer);
  }
  if (!offers.empty()) return offers;
  return std::unexpected{model::not_applicable(fmt::format("EF.CardAccess offers no PACE that the statement claims{}{}",
                                                           words.empty() ? "" : " and that is ", words))};
}

Outcome for_each_offer(Scene& scene, const Arguments& arguments, Outcome (*test)(const PaceTest&)) {
  const auto offers = offers_for(scene, argument(arguments, "for"));
  if (!offers) return offers.error();
  const auto password = password_for(scene, argument(arguments, "password"));
  if (!password) return password.error();
  for (const auto& offer : *offers) {
    if (const auto done = scene.terminal.reset(); !done) return inconclusive("reset", done.error());
    auto outcome = test({.scene = scene, .offer = offer, .password = *password, .arguments = arguments});
    if (!outcome.passed()) return named(offer, std::move(outcome));
  }
  return model::pass();
}

Outcome advance(Terminal& terminal, Pace& pace, PaceStep step) {
  const auto note = note_of(step);
  const auto command = pace.command(step);
  if (!command) return inconclusive(note, command.error());
  const auto answer = terminal.send(command->apdu(), note);
  if (!answer) return inconclusive(note, answer.error());
  const auto taken = pace.take(step, *answer);
  return taken ? model::pass() : model::fail(fmt::format("{}: {}", note, taken.error().describe()));
}

Outcome reach(Terminal& terminal, Pace& pace, PaceStep step) {
  for (const auto before : kSteps) {
    if (before == step) break;
    auto outcome = advance(terminal, pace, before);
    if (!outcome.passed()) return model::inconclusive(std::move(outcome.reason));
  }
  return model::pass();
}

const Expectation& refused_in_plain() {
  static const Expectation kRefused{.sw = {*model::SwPattern::from("error")},
                                    .protection = model::Protection::plain,
                                    .data = {.kind = model::DataRule::Kind::none}};
  return kRefused;
}

Outcome use_session(Terminal& terminal, const Pace& pace) {
  static const Expectation kSelected{.sw = {*model::SwPattern::from("success")},
                                     .data = {.kind = model::DataRule::Kind::none}};
  auto session = pace.session();
  if (!session) return inconclusive("session keys", session.error());
  terminal.open(*std::move(session));
  const auto seen = terminal.protect(select_application(), {}, "SELECT eMRTD application");
  if (!seen) return inconclusive("SELECT of the eMRTD application", seen.error());
  return judge(*seen, kSelected, "SELECT of the eMRTD application in the new session");
}

Outcome run_afresh(const PaceTest& test) {
  auto& terminal = test.scene.terminal;
  terminal.close();
  auto pace = Pace::create(test.offer, test.password, terminal.rng());
  if (!pace) return inconclusive("PACE", pace.error());
  for (const auto step : kSteps) {
    auto outcome = advance(terminal, *pace, step);
    if (!outcome.passed()) return outcome;
  }
  return use_session(terminal, *pace);
}

namespace {

/// Keys that the chip has derived as well, though it never said so.
Outcome check_no_session(Terminal& terminal, const Pace& pace) {
  auto session = pace.session();
  if (!session) return inconclusive("session keys", session.error());
  terminal.open(*std::move(session));
  const auto seen = terminal.protect(select_application(), {}, "SELECT under keys that nobody has agreed");
  terminal.close();
  if (!seen) return inconclusive("SELECT", seen.error());
  return judge(*seen, refused_in_plain(), "a protected command after PACE was refused");
}

}  // namespace

Outcome check_sequence_is_over(const PaceTest& test, Pace& pace, PaceStep step) {
  auto& terminal = test.scene.terminal;
  const auto next = step == PaceStep::select ? PaceStep::nonce : step;
  const auto command = pace.command(next);
  if (!command) return inconclusive(note_of(next), command.error());
  const auto answer = terminal.send(command->apdu(), note_of(next));
  if (!answer) return inconclusive(note_of(next), answer.error());
  auto outcome = judge(*answer, refused_in_plain(), "going on after PACE was refused");
  if (outcome.passed() && step == PaceStep::authenticate) outcome = check_no_session(terminal, pace);
  if (!outcome.passed()) return outcome;
  outcome = run_afresh(test);
  if (!outcome.passed()) outcome.reason = "afterwards, a run from the beginning: " + outcome.reason;
  return outcome;
}

}  // namespace cicada::conformance::procedures
