// A way to misbehave, as data: what a card does, where it does it, and which check of a reader must notice.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cicada/applet_sim/apdu/sw.h"
#include "cicada/applet_sim/security/lapse.h"
#include "cicada/applet_sim/tlv/tlv.h"
#include "cicada/base/bytes.h"

namespace cicada::applet_sim::misbehave {

/// An EF by the name that catalogues use: "DG1", "EF.SOD". Identifiers of 9303-10 §3.11 and §4.
struct FileName {
  std::uint16_t fid = 0;
  bool in_mf = false;

  friend bool operator==(const FileName&, const FileName&) = default;
};

/// What a command is to the protocols (9303-11 §4, §6, §7).
enum class Step : std::uint8_t {
  any,
  select_mf,
  select_app,
  select,  ///< of an EF
  read,    ///< READ BINARY, even and odd
  get_response,
  bac_challenge,
  bac_auth,
  pace_mse,
  pace_ga1,
  pace_ga2,
  pace_ga3,
  pace_ga4,
  ca_mse,
  ca_kat,
  ca_ga,
  aa,
  ta_set_dst,
  ta_verify,
  ta_set_at,
  ta_challenge,
  ta_auth,
};

/// Which commands an action is about: all conditions hold.
struct When {
  Step step = Step::any;
  std::optional<FileName> file = {};  ///< of select and read
  std::optional<unsigned> nth = {};   ///< counted since the power came, or since `after` was answered; from 1
  std::optional<Step> after = {};     ///< not before this step was answered
  std::optional<std::uint32_t> le_above = {};
  bool extended = false;                          ///< the lengths on the wire are coded in the extended form
  std::optional<bool> secured = {};               ///< the command is protected, or not
  std::optional<apdu::StatusWord> answered = {};  ///< of reply and wire: the card is about to answer this
  std::optional<bool> refused = {};               ///< of reply and wire: with an error (64XX to 6FXX, 63XX), or not
};

/// What an action takes hold of.
enum class Place : std::uint8_t {
  command,  ///< data field of the command, without its protection, before the applet sees it
  reply,    ///< the applet's reply, before it is protected
  objects,  ///< DO'87' and DO'99' of a protected response, before the MAC is computed
  wire,     ///< the octets that go out
  file,     ///< an EF's content, before the power comes
  card,     ///< what the card holds, before the power comes
};

enum class Verb : std::uint8_t {
  set,
  flip,
  truncate,
  extend,
  fill,
  random,
  swap_halves,
  length,
  reflect,
  drop,
  duplicate,
  retag,
  insert,
  exchange,
  status,
  answer,
  at_most,
  endless,
  forget,
  stall,
  hold_back,
  counter,
  padding,
  indicator,
  early_keys,
  forge,
  remove,
  condition,
  replace_key,
  neglect,
};

/// One step on the way to a data object: the `nth` sibling with this tag, or the first whose value contains octets.
struct PathElement {
  tlv::Tag tag = 0;
  unsigned nth = 1;

  friend bool operator==(const PathElement&, const PathElement&) = default;
};
using Path = std::vector<PathElement>;

/// What `forge` makes anew with the card's own keys, and `forget` and `replace_key` are about.
enum class Subject : std::uint8_t {
  none,
  rnd_ic,
  rnd_ifd,
  k_ic,
  aa_header,
  aa_message,
  aa_hash,
  aa_trailer,
  keys,
  session,
  rights,
  active_key,
  chip_key,
  passwords,
};

struct Action {
  When when = {};
  Place place = Place::reply;
  Verb verb = Verb::set;
  Path object = {};             ///< empty: the whole field
  base::Bytes containing = {};  ///< of the objects that `object` names, the first with these octets in its value
  base::Bytes octets = {};
  std::optional<std::int64_t> offset = {};  ///< negative: from the end
  std::optional<std::int64_t> count = {};
  std::optional<apdu::StatusWord> status = {};
  std::optional<PathElement> with = {};   ///< another object beside `object`
  Path from = {};                         ///< an object of the command
  std::optional<FileName> file = {};      ///< place `file`
  std::optional<FileName> exchange = {};  ///< another file
  Subject subject = Subject::none;
  std::optional<security::Lapse> lapse = {};  ///< of `neglect`
  bool publish = false;                       ///< the public half of a replaced key goes into the files too
  std::chrono::milliseconds time{0};
};

enum class Kind : std::uint8_t { fault, quirk };

/// What a reader makes of it.
enum class Outcome : std::uint8_t {
  failed,       ///< the check fails
  not_checked,  ///< the check is not made
  refused,      ///< the reading ends with an error
  tolerated,    ///< the check passes and lists the deviation that `reason` names
  passed,       ///< everything is read and verified all the same
};

struct Expectation {
  std::string check = {};  ///< a check of the verdict, "read", or "conformance": no reader can notice
  Outcome outcome = Outcome::failed;
  std::string reason = {};  ///< part of what the reader says; of "conformance" a test case that notices
};

struct Fault {
  Kind kind = Kind::fault;
  std::string name = {};                ///< kebab case, unique in a catalogue
  std::string title = {};               ///< one sentence
  std::string clause = {};              ///< "9303-11 §4.3.4.1"
  std::vector<std::string> needs = {};  ///< what a card must have: known_needs() in catalogue.h
  Expectation expectation = {};
  std::vector<Action> actions = {};
};

}  // namespace cicada::applet_sim::misbehave
