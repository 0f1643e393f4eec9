// What a card can neglect: checks that the standard demands and that a chip may have forgotten. A sound card neglects
// nothing; misbehave furnishes a card with lapses, and nothing of them is written to its memory.
#pragma once

#include <cstdint>

namespace cicada::applet_sim::security {

enum class Lapse : std::uint8_t {
  // Sessions and files.
  plain_commands,     ///< a plain command within a session is taken as if it were protected
  proprietary_class,  ///< CLA 8C is taken for 0C
  file_conditions,    ///< every file may be read by everybody
  lasting_rights,     ///< what a terminal may read it may read after its session, too
  // Certificates of terminals (9303-11 §7.1.4).
  expiry,           ///< expired certificates are taken
  order_of_days,    ///< certificates that expire before they begin are taken
  digits,           ///< days are not looked at
  calendar,         ///< days that the calendar does not have are taken
  issuer,           ///< the newest trust point verifies what names nobody, or somebody unknown
  signature,        ///< signatures of certificates are not verified
  zero_signature,   ///< r or s of zero is taken
  large_signature,  ///< an RSA signature that is not below the modulus is taken modulo it
  missing_signature,
  missing_authorization,
  missing_days,
  tags,            ///< what 7F4E and 5F37 have for tags does not matter
  lengths,         ///< a length of one too much is put right
  terminal_type,   ///< authorizations of whatever kind of terminal are taken
  key_scheme,      ///< a key of an unknown scheme, or of none, is taken for one of its issuer's
  key_objects,     ///< of a key without its numbers its issuer's stay; what is too much is read over
  key_size,        ///< keys shorter than their issuer's are taken
  hierarchy,       ///< whoever has a certificate may sign any other
  foreign_day,     ///< terminals abroad tell what day it is
  early_day,       ///< a certificate's first day counts before the certificate is verified
  frozen_day,      ///< the day never moves
  lasting_keys,    ///< a verifier's key is still known after the power was away
  one_scheme,      ///< a link certificate for a key of another scheme is refused
  unwritten_link,  ///< EF.CVCA is not written
  oldest_link,     ///< the oldest trust point stays beside the newest
  // Terminal authentication (9303-11 §7.1.5).
  terminal_name,       ///< MSE:Set AT may name anything, or be left out
  terminal_role,       ///< the keys of verifiers and CVCAs are taken for a terminal's
  terminal_proof,      ///< the terminal's signature is not verified
  first_challenge,     ///< a second challenge does not take the place of the first
  short_challenge,     ///< a challenge may have fewer than eight octets
  no_challenge,        ///< without a challenge there is one of zeros
  rights_of_all,       ///< every terminal may read everything
  rights_of_terminal,  ///< what its verifier may do does not limit a terminal
  rights_of_verifier,  ///< what the terminal's own certificate says does not limit it
  rights_by_name,      ///< a named terminal has its rights before it proves anything
  rights_of_failed,    ///< so has one whose proof failed
};

class Lapses {
 public:
  [[nodiscard]] bool has(Lapse lapse) const noexcept { return (bits_ & bit(lapse)) != 0; }
  [[nodiscard]] bool empty() const noexcept { return bits_ == 0; }
  void add(Lapse lapse) noexcept { bits_ |= bit(lapse); }

 private:
  [[nodiscard]] static constexpr std::uint64_t bit(Lapse lapse) noexcept {
    return std::uint64_t{1} << static_cast<unsigned>(lapse);
  }
  std::uint64_t bits_ = 0;
};

}  // namespace cicada::applet_sim::security
