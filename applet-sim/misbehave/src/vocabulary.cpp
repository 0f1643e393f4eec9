#include "vocabulary.h"

#include <array>

#include "cicada/applet_sim/misbehave/catalogue.h"

namespace cicada::applet_sim::misbehave {
namespace {

using Key = std::string_view;

constexpr std::array kSteps = {
    Named<Step>{"any", Step::any},
    Named<Step>{"select-mf", Step::select_mf},
    Named<Step>{"select-app", Step::select_app},
    Named<Step>{"select", Step::select},
    Named<Step>{"read", Step::read},
    Named<Step>{"get-response", Step::get_response},
    Named<Step>{"bac-challenge", Step::bac_challenge},
    Named<Step>{"bac-auth", Step::bac_auth},
    Named<Step>{"pace-mse", Step::pace_mse},
    Named<Step>{"pace-ga1", Step::pace_ga1},
    Named<Step>{"pace-ga2", Step::pace_ga2},
    Named<Step>{"pace-ga3", Step::pace_ga3},
    Named<Step>{"pace-ga4", Step::pace_ga4},
    Named<Step>{"ca-mse", Step::ca_mse},
    Named<Step>{"ca-kat", Step::ca_kat},
    Named<Step>{"ca-ga", Step::ca_ga},
    Named<Step>{"aa", Step::aa},
    Named<Step>{"ta-set-dst", Step::ta_set_dst},
    Named<Step>{"ta-verify", Step::ta_verify},
    Named<Step>{"ta-set-at", Step::ta_set_at},
    Named<Step>{"ta-challenge", Step::ta_challenge},
    Named<Step>{"ta-auth", Step::ta_auth},
};

constexpr std::array kPlaces = {
    Named<Place>{"command", Place::command}, Named<Place>{"reply", Place::reply},
    Named<Place>{"objects", Place::objects}, Named<Place>{"wire", Place::wire},
    Named<Place>{"file", Place::file},       Named<Place>{"card", Place::card},
};

constexpr std::array kSubjects = {
    Named<Subject>{"rnd-ic", Subject::rnd_ic},
    Named<Subject>{"rnd-ifd", Subject::rnd_ifd},
    Named<Subject>{"k-ic", Subject::k_ic},
    Named<Subject>{"aa-header", Subject::aa_header},
    Named<Subject>{"aa-message", Subject::aa_message},
    Named<Subject>{"aa-hash", Subject::aa_hash},
    Named<Subject>{"aa-trailer", Subject::aa_trailer},
    Named<Subject>{"keys", Subject::keys},
    Named<Subject>{"session", Subject::session},
    Named<Subject>{"rights", Subject::rights},
    Named<Subject>{"active-key", Subject::active_key},
    Named<Subject>{"chip-key", Subject::chip_key},
    Named<Subject>{"passwords", Subject::passwords},
};

using security::Lapse;
constexpr std::array kLapses = {
    Named<Lapse>{"plain-commands", Lapse::plain_commands},
    Named<Lapse>{"proprietary-class", Lapse::proprietary_class},
    Named<Lapse>{"file-conditions", Lapse::file_conditions},
    Named<Lapse>{"lasting-rights", Lapse::lasting_rights},
    Named<Lapse>{"end-by-error", Lapse::end_by_error},
    Named<Lapse>{"end-by-plain", Lapse::end_by_plain},
    Named<Lapse>{"selection", Lapse::selection},
    Named<Lapse>{"short-identifiers", Lapse::short_identifiers},
    Named<Lapse>{"odd-identifiers", Lapse::odd_identifiers},
    Named<Lapse>{"discretionary", Lapse::discretionary},
    Named<Lapse>{"command-mac", Lapse::command_mac},
    Named<Lapse>{"missing-mac", Lapse::missing_mac},
    Named<Lapse>{"command-counter", Lapse::command_counter},
    Named<Lapse>{"command-padding", Lapse::command_padding},
    Named<Lapse>{"padding-indicator", Lapse::padding_indicator},
    Named<Lapse>{"missing-objects", Lapse::missing_objects},
    Named<Lapse>{"protected-errors", Lapse::protected_errors},
    Named<Lapse>{"bac-mac", Lapse::bac_mac},
    Named<Lapse>{"bac-nonce", Lapse::bac_nonce},
    Named<Lapse>{"constant-challenge", Lapse::constant_challenge},
    Named<Lapse>{"lasting-challenge", Lapse::lasting_challenge},
    Named<Lapse>{"active-size", Lapse::active_size},
    Named<Lapse>{"active-access", Lapse::active_access},
    Named<Lapse>{"expiry", Lapse::expiry},
    Named<Lapse>{"order-of-days", Lapse::order_of_days},
    Named<Lapse>{"digits", Lapse::digits},
    Named<Lapse>{"calendar", Lapse::calendar},
    Named<Lapse>{"issuer", Lapse::issuer},
    Named<Lapse>{"signature", Lapse::signature},
    Named<Lapse>{"zero-signature", Lapse::zero_signature},
    Named<Lapse>{"large-signature", Lapse::large_signature},
    Named<Lapse>{"missing-signature", Lapse::missing_signature},
    Named<Lapse>{"missing-authorization", Lapse::missing_authorization},
    Named<Lapse>{"missing-days", Lapse::missing_days},
    Named<Lapse>{"tags", Lapse::tags},
    Named<Lapse>{"lengths", Lapse::lengths},
    Named<Lapse>{"terminal-type", Lapse::terminal_type},
    Named<Lapse>{"key-scheme", Lapse::key_scheme},
    Named<Lapse>{"key-objects", Lapse::key_objects},
    Named<Lapse>{"key-size", Lapse::key_size},
    Named<Lapse>{"hierarchy", Lapse::hierarchy},
    Named<Lapse>{"foreign-day", Lapse::foreign_day},
    Named<Lapse>{"early-day", Lapse::early_day},
    Named<Lapse>{"frozen-day", Lapse::frozen_day},
    Named<Lapse>{"lasting-keys", Lapse::lasting_keys},
    Named<Lapse>{"one-scheme", Lapse::one_scheme},
    Named<Lapse>{"unwritten-link", Lapse::unwritten_link},
    Named<Lapse>{"oldest-link", Lapse::oldest_link},
    Named<Lapse>{"terminal-name", Lapse::terminal_name},
    Named<Lapse>{"terminal-role", Lapse::terminal_role},
    Named<Lapse>{"terminal-proof", Lapse::terminal_proof},
    Named<Lapse>{"first-challenge", Lapse::first_challenge},
    Named<Lapse>{"short-challenge", Lapse::short_challenge},
    Named<Lapse>{"no-challenge", Lapse::no_challenge},
    Named<Lapse>{"rights-of-all", Lapse::rights_of_all},
    Named<Lapse>{"rights-of-terminal", Lapse::rights_of_terminal},
    Named<Lapse>{"rights-of-verifier", Lapse::rights_of_verifier},
    Named<Lapse>{"rights-by-name", Lapse::rights_by_name},
    Named<Lapse>{"rights-of-failed", Lapse::rights_of_failed},
    Named<Lapse>{"mechanism-tag", Lapse::mechanism_tag},
    Named<Lapse>{"mechanism-value", Lapse::mechanism_value},
    Named<Lapse>{"nested-mechanism", Lapse::nested_mechanism},
    Named<Lapse>{"password-reference", Lapse::password_reference},
    Named<Lapse>{"domain-reference", Lapse::domain_reference},
    Named<Lapse>{"domain-needed", Lapse::domain_needed},
    Named<Lapse>{"cut-objects", Lapse::cut_objects},
    Named<Lapse>{"template-tag", Lapse::template_tag},
    Named<Lapse>{"step-tag", Lapse::step_tag},
    Named<Lapse>{"more-objects", Lapse::more_objects},
    Named<Lapse>{"second-nonce", Lapse::second_nonce},
    Named<Lapse>{"repeated-nonce", Lapse::repeated_nonce},
    Named<Lapse>{"chain", Lapse::chain},
    Named<Lapse>{"lasting-run", Lapse::lasting_run},
    Named<Lapse>{"token", Lapse::token},
    Named<Lapse>{"key-elements", Lapse::key_elements},
    Named<Lapse>{"pace-leading-zeros", Lapse::pace_leading_zeros},
    Named<Lapse>{"pace-highest-bit", Lapse::pace_highest_bit},
    Named<Lapse>{"chip-leading-zeros", Lapse::chip_leading_zeros},
    Named<Lapse>{"chip-highest-bit", Lapse::chip_highest_bit},
    Named<Lapse>{"chip-session", Lapse::chip_session},
    Named<Lapse>{"chip-key-tag", Lapse::chip_key_tag},
    Named<Lapse>{"chip-key-reference", Lapse::chip_key_reference},
    Named<Lapse>{"chip-mapping-is-enough", Lapse::chip_mapping_is_enough},
};

constexpr std::array kOutcomes = {
    Named<Outcome>{"failed", Outcome::failed},   Named<Outcome>{"not-checked", Outcome::not_checked},
    Named<Outcome>{"refused", Outcome::refused}, Named<Outcome>{"tolerated", Outcome::tolerated},
    Named<Outcome>{"passed", Outcome::passed},
};

/// The checks of a verdict (docs/schemas/verdict.schema.json), and the reading itself.
constexpr std::array<std::string_view, 12> kChecks = {
    "access",
    "card-access-match",
    "sod-signature",
    "dg-hashes",
    "ds-path",
    "ds-validity",
    "revocation",
    "country",
    "active-authentication",
    "chip-authentication",
    "terminal-authentication",
    "read",
};

constexpr std::array<std::string_view, 13> kNeeds = {
    "bac",     "pace",   "pace-gm",  "pace-im", "pace-dh",  "pace-cam", "ca",
    "ca-3des", "aa-rsa", "aa-ecdsa", "ta",      "two-pace", "cccd",
};

struct NamedFile {
  std::string_view name;
  FileName file;
};
constexpr std::array kFiles = {
    NamedFile{"EF.CardAccess", {0x011C, true}}, NamedFile{"EF.CardSecurity", {0x011D, true}},
    NamedFile{"EF.DIR", {0x2F00, true}},        NamedFile{"EF.ATR/INFO", {0x2F01, true}},
    NamedFile{"EF.COM", {0x011E, false}},       NamedFile{"EF.SOD", {0x011D, false}},
    NamedFile{"EF.CVCA", {0x011C, false}},      NamedFile{"DG1", {0x0101, false}},
    NamedFile{"DG2", {0x0102, false}},          NamedFile{"DG3", {0x0103, false}},
    NamedFile{"DG4", {0x0104, false}},          NamedFile{"DG5", {0x0105, false}},
    NamedFile{"DG6", {0x0106, false}},          NamedFile{"DG7", {0x0107, false}},
    NamedFile{"DG8", {0x0108, false}},          NamedFile{"DG9", {0x0109, false}},
    NamedFile{"DG10", {0x010A, false}},         NamedFile{"DG11", {0x010B, false}},
    NamedFile{"DG12", {0x010C, false}},         NamedFile{"DG13", {0x010D, false}},
    NamedFile{"DG14", {0x010E, false}},         NamedFile{"DG15", {0x010F, false}},
    NamedFile{"DG16", {0x0110, false}},
};

constexpr std::array kOctetPlaces = {Place::command, Place::reply, Place::objects, Place::wire, Place::file};
constexpr std::array kStatusPlaces = {Place::reply, Place::wire};
constexpr std::array kWholeAnswers = {Place::command, Place::wire};
constexpr std::array kReply = {Place::reply};
constexpr std::array kObjects = {Place::objects};
constexpr std::array kWire = {Place::wire};
constexpr std::array kFile = {Place::file};
constexpr std::array kCard = {Place::card};

constexpr std::array<Key, 1> kOctetsKey = {"octets"};
constexpr std::array<Key, 1> kObjectKey = {"object"};
constexpr std::array<Key, 1> kStatusKey = {"status"};
constexpr std::array<Key, 1> kCountKey = {"count"};

constexpr std::array<Key, 1> kCheckKey = {"check"};
constexpr std::array<Key, 1> kWhatKey = {"what"};
constexpr std::array<Key, 1> kTimeKey = {"milliseconds"};
constexpr std::array<Key, 1> kWithKey = {"with"};
constexpr std::array<Key, 2> kObjectOctets = {"object", "octets"};
constexpr std::array<Key, 1> kContaining = {"containing"};
constexpr std::array<Key, 4> kRegion = {"object", "containing", "offset", "count"};
constexpr std::array<Key, 3> kPosition = {"object", "containing", "offset"};
constexpr std::array<Key, 3> kTail = {"object", "containing", "count"};
constexpr std::array<Key, 2> kTarget = {"object", "containing"};
constexpr std::array<Key, 3> kReflected = {"object", "containing", "from"};
constexpr std::array<Key, 1> kLimit = {"octets"};
constexpr std::array<Key, 1> kPublish = {"publish"};

constexpr std::array kForgeries = {Subject::rnd_ic,     Subject::rnd_ifd, Subject::k_ic,      Subject::aa_header,
                                   Subject::aa_message, Subject::aa_hash, Subject::aa_trailer};
constexpr std::array kForgotten = {Subject::keys, Subject::session, Subject::rights};
constexpr std::array kKeys = {Subject::active_key, Subject::chip_key, Subject::passwords};

constexpr std::array kRules = {
    Rule{"set", Verb::set, kOctetPlaces, kOctetsKey, kRegion},
    Rule{"flip", Verb::flip, kOctetPlaces, {}, kPosition},
    Rule{"truncate", Verb::truncate, kOctetPlaces, {}, kTail},
    Rule{"extend", Verb::extend, kOctetPlaces, kOctetsKey, kTarget},
    Rule{"fill", Verb::fill, kOctetPlaces, kOctetsKey, kRegion},
    Rule{"random", Verb::random, kOctetPlaces, {}, kRegion},
    Rule{"swap-halves", Verb::swap_halves, kOctetPlaces, {}, kTarget},
    Rule{"length", Verb::length, kOctetPlaces, kOctetsKey, {}},
    Rule{"reflect", Verb::reflect, kReply, {}, kReflected},
    Rule{"drop", Verb::drop, kOctetPlaces, kObjectKey, kContaining},
    Rule{"duplicate", Verb::duplicate, kOctetPlaces, kObjectKey, kContaining},
    Rule{"retag", Verb::retag, kOctetPlaces, kObjectOctets, kContaining},
    Rule{"insert", Verb::insert, kOctetPlaces, kOctetsKey, kPosition},
    Rule{"exchange", Verb::exchange, kOctetPlaces, kWithKey, kTarget},
    Rule{"status", Verb::status, kStatusPlaces, kStatusKey, {}},
    Rule{"answer", Verb::answer, kWholeAnswers, kStatusKey, kLimit},
    Rule{"at-most", Verb::at_most, kReply, kCountKey, {}},
    Rule{"endless", Verb::endless, kReply, {}, {}},
    Rule{"forget", Verb::forget, kReply, kWhatKey, {}, kForgotten},
    Rule{"stall", Verb::stall, kWire, kTimeKey, {}},
    Rule{"hold-back", Verb::hold_back, kWire, {}, {}},
    Rule{"counter", Verb::counter, kObjects, kCountKey, {}},
    Rule{"padding", Verb::padding, kObjects, kOctetsKey, {}},
    Rule{"indicator", Verb::indicator, kObjects, kOctetsKey, {}},
    Rule{"early-keys", Verb::early_keys, kObjects, {}, {}},
    Rule{"forge", Verb::forge, kReply, kWhatKey, {}, kForgeries},
    Rule{"remove", Verb::remove, kFile, {}, {}},
    Rule{"condition", Verb::condition, kFile, kOctetsKey, {}},
    Rule{"neglect", Verb::neglect, kCard, kCheckKey, {}},
    Rule{"replace-key", Verb::replace_key, kCard, kWhatKey, kPublish, kKeys},
};

}  // namespace

std::span<const Named<Step>> steps() noexcept {
  return kSteps;
}
std::span<const Named<Place>> places() noexcept {
  return kPlaces;
}
std::span<const Named<Subject>> subjects() noexcept {
  return kSubjects;
}
std::span<const Named<Outcome>> outcomes() noexcept {
  return kOutcomes;
}
std::span<const Named<security::Lapse>> lapses() noexcept {
  return kLapses;
}
std::span<const std::string_view> check_names() noexcept {
  return kChecks;
}
std::span<const Rule> rules() noexcept {
  return kRules;
}
std::span<const std::string_view> known_needs() noexcept {
  return kNeeds;
}

std::optional<FileName> file_by_name(std::string_view name) noexcept {
  for (const auto& entry : kFiles) {
    if (entry.name == name) return entry.file;
  }
  return std::nullopt;
}

std::string_view to_string(Kind kind) noexcept {
  return kind == Kind::fault ? "fault" : "quirk";
}

std::string_view to_string(Outcome outcome) noexcept {
  for (const auto& entry : kOutcomes) {
    if (entry.value == outcome) return entry.name;
  }
  return "";
}

}  // namespace cicada::applet_sim::misbehave
