// PACE step by step, so that each step can be done wrong (9303-11 §4.4). host/access computes; here nothing is sent
// but what a test wants, and every answer is held against the standard's form.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "cicada/asn1/security_infos.h"
#include "cicada/conformance/terminal/ephemeral_key.h"
#include "cicada/conformance/terminal/object_command.h"
#include "cicada/conformance/terminal/session.h"
#include "cicada/conformance/terminal/terminal.h"
#include "cicada/host/access/pace_password.h"
#include "cicada/host/access/pace_protocol.h"
#include "cicada/host/access/pace_steps.h"

namespace cicada::conformance::terminal {

using host::access::PaceOffer;
using host::access::PacePassword;

enum class PaceStep : std::uint8_t { select, nonce, map, agree, authenticate };
/// "select" "nonce" "map" "agree" "authenticate"
[[nodiscard]] std::string_view to_string(PaceStep step) noexcept;
[[nodiscard]] std::optional<PaceStep> pace_step_from(std::string_view word) noexcept;
/// For logs: "PACE: MSE:Set AT" ...
[[nodiscard]] std::string_view note_of(PaceStep step) noexcept;

/// What a run leaves: a session that is not open yet, and what later protocols are bound to.
struct PaceRun {
  Session session;
  PaceOffer offer;
  base::Bytes chip_ephemeral;                               ///< PK_DH,IC as it came
  base::Bytes compressed_chip_ephemeral;                    ///< Comp(PK_DH,IC): ID_IC of terminal authentication
  base::Bytes compressed_terminal_ephemeral;                ///< Comp(PK_DH,IFD): signed by a terminal after CAM
  base::Bytes chip_mapping_key;                             ///< PK_map,IC; empty for integrated mapping
  std::optional<base::SecretBytes> ca_ic = {};              ///< of chip authentication mapping
  std::vector<base::Bytes> certification_authorities = {};  ///< DO'87', DO'88'
};

/// One run, without its card: makes the right command of a step, takes the answer to it. Steps may be made again; the
/// last answer counts.
class Pace {
 public:
  /// Borrows `rng`.
  [[nodiscard]] static base::Result<Pace> create(const PaceOffer& offer, const PacePassword& password, base::Rng& rng);

  [[nodiscard]] const PaceOffer& offer() const noexcept { return offer_; }
  [[nodiscard]] const host::access::PaceGroup& group() const noexcept { return group_; }
  /// The shape of the key that `map` or `agree` sends.
  void want(PaceStep step, KeyShape shape) { shapes_[step] = shape; }

  /// The command of a step as it should be. MSE:Set AT names the domain parameters always. Fails with conflict when
  /// the answers before it are not there, crypto.
  [[nodiscard]] base::Result<ObjectCommand> command(PaceStep step);
  /// Fails with card_status for every status word but 9000, with malformed for other objects than the step has, with
  /// security for a key that is not in the group or our own, and a token that is wrong.
  [[nodiscard]] base::Result<void> take(PaceStep step, const host::iso7816::ResponseApdu& answer);

  /// The MAC that tokens are, over any input: for tokens that are made wrong. Fails with conflict before `agree` was
  /// answered.
  [[nodiscard]] base::Result<base::Bytes> token_over(base::ByteView input) const;
  [[nodiscard]] const base::Bytes& chip_ephemeral() const noexcept { return chip_ephemeral_; }

  /// The session, also of a run that the chip has not finished: would it know these keys? Fails with conflict before
  /// `agree` was answered.
  [[nodiscard]] base::Result<Session> session() const;
  /// After `authenticate` was answered; else conflict.
  [[nodiscard]] base::Result<PaceRun> result() const;

 private:
  Pace(const PaceOffer& offer, host::access::PaceGroup group, const PacePassword& password, base::Rng& rng)
      : offer_(offer), group_(std::move(group)), password_(password.clone()), rng_(&rng) {}

  [[nodiscard]] ObjectCommand select_command() const;
  base::Result<base::Bytes> request(PaceStep step);
  base::Result<KeyPair> key_pair(PaceStep step, base::ByteView generator);
  base::Result<void> take_nonce(base::ByteView z);
  base::Result<void> take_mapping(base::ByteView answer);
  base::Result<void> take_key(base::ByteView answer);
  base::Result<void> take_last(base::ByteView objects);
  base::Result<void> check_key(base::ByteView ours, base::ByteView theirs) const;

  PaceOffer offer_;
  host::access::PaceGroup group_;
  PacePassword password_;
  base::Rng* rng_;
  std::map<PaceStep, KeyShape> shapes_ = {};

  base::SecretBytes nonce_ = {};
  base::Bytes second_nonce_ = {};  ///< t of integrated mapping
  std::optional<KeyPair> mapping_ = {};
  base::Bytes chip_mapping_key_ = {};
  base::SecretBytes generator_ = {};
  std::optional<KeyPair> ephemeral_ = {};
  base::Bytes chip_ephemeral_ = {};
  std::optional<host::access::pace::SessionKeys> keys_ = {};
  std::optional<base::SecretBytes> ca_ic_ = {};
  std::vector<base::Bytes> authorities_ = {};
  bool proven_ = false;
};

/// EF.CardAccess, read in plain (with protection when a session is open). The master file is current. Fails with
/// card_status, malformed, limit, or like Terminal.
[[nodiscard]] base::Result<asn1::SecurityInfos> read_card_access(Terminal& terminal);

/// All steps as they should be, in plain; the session is left to the caller to open. Fails like Pace::take and
/// Terminal::send.
[[nodiscard]] base::Result<PaceRun> run_pace(Terminal& terminal, const PaceOffer& offer, const PacePassword& password);

}  // namespace cicada::conformance::terminal
