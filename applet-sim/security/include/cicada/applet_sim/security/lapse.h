// What a card can neglect: checks that the standard demands and that a chip may have forgotten. A sound card neglects
// nothing; misbehave furnishes a card with lapses, and nothing of them is written to its memory.
#pragma once

#include <bitset>
#include <cstdint>

namespace cicada::applet_sim::security {

enum class Lapse : std::uint8_t {
  // Sessions and files.
  plain_commands,     ///< a plain command within a session is taken as if it were protected
  proprietary_class,  ///< CLA 8C is taken for 0C
  file_conditions,    ///< every file may be read by everybody
  lasting_rights,     ///< what a terminal may read it may read after its session, too
  end_by_error,       ///< an error of secure messaging does not end the session
  end_by_plain,       ///< a plain command does not end the session
  selection,          ///< SELECT by file identifier does not change the current file
  short_identifiers,  ///< no file has a short identifier
  odd_identifiers,    ///< READ BINARY with odd INS knows the current file only
  discretionary,      ///< its answer comes without DO'53'
  // Secure messaging (9303-11 §9.8).
  command_mac,        ///< DO'8E' of commands is not verified
  missing_mac,        ///< commands without DO'8E' are taken
  command_counter,    ///< a command with the counter of the one before is taken
  command_padding,    ///< the padding of commands is not looked at
  padding_indicator,  ///< nor the first octet of DO'87'
  missing_objects,    ///< DO'87' and DO'97' that a command needs may be missing
  protected_errors,   ///< errors of secure messaging are answered under it
  // Basic access control and active authentication (9303-11 §4.3, §6.1).
  bac_mac,             ///< M_IFD is not verified
  bac_nonce,           ///< RND.IC in E_IFD is not compared
  constant_challenge,  ///< every challenge is the same
  lasting_challenge,   ///< a challenge is good for more than the next command
  active_size,         ///< INTERNAL AUTHENTICATE signs challenges of any size
  active_access,       ///< it signs for everybody
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
  // PACE (9303-11 §4.4.4).
  mechanism_tag,       ///< DO'81' or DO'06' is taken for DO'80'
  mechanism_value,     ///< a protocol that is not offered, or none, is taken for the first that is
  nested_mechanism,    ///< DO'80' may hold a whole object identifier
  password_reference,  ///< a password that does not exist, none, or one with more octets is the MRZ
  domain_reference,    ///< domain parameters that do not exist are read over
  domain_needed,       ///< DO'84' is demanded where there is one set of domain parameters
  cut_objects,         ///< what a malformed object leaves is read over
  template_tag,        ///< a step's objects may stand in any template, or in none
  step_tag,            ///< the tag of a step's answer is taken for that of its request
  more_objects,        ///< objects beside a step's own are read over
  second_nonce,        ///< the terminal's nonce of integrated mapping may have any length
  repeated_nonce,      ///< the nonce can be asked for again, and is the same
  chain,               ///< whether a step is in the chain does not matter
  lasting_run,         ///< after a failed step, or another command, the run goes on where it was
  token,               ///< the terminal's token is not verified
  // Keys of terminals, in PACE and chip authentication (9303-11 §6.2, §9.4.4).
  key_elements,           ///< what is no element of the group is taken for its generator
  pace_leading_zeros,     ///< in PACE a coordinate loses its leading zeros, and the key its length
  pace_highest_bit,       ///< in PACE a coordinate whose highest bit is set is taken for a negative number
  chip_leading_zeros,     ///< the same in chip authentication
  chip_highest_bit,       ///< the same in chip authentication
  chip_session,           ///< chip authentication needs no session
  chip_key_tag,           ///< DO'93' is taken for DO'91', DO'81' for DO'80'
  chip_key_reference,     ///< a key that does not exist is any
  chip_mapping_is_enough  ///< after chip authentication mapping there is no chip authentication
};

class Lapses {
 public:
  [[nodiscard]] bool has(Lapse lapse) const noexcept { return bits_[static_cast<std::size_t>(lapse)]; }
  [[nodiscard]] bool empty() const noexcept { return bits_.none(); }
  void add(Lapse lapse) noexcept { bits_[static_cast<std::size_t>(lapse)] = true; }

 private:
  static constexpr std::size_t kRoom = 256;  ///< every value of a Lapse fits
  std::bitset<kRoom> bits_;
};

}  // namespace cicada::applet_sim::security
