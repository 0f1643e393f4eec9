// What a dialect's file says, read and checked.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cicada/asn1/tlv.h"
#include "cicada/host/perso/dialect.h"
#include "template.h"

namespace cicada::host::perso {

/// The moments of a card's life at which a dialect may send something. Those of one kind come in the order of the file.
enum class Moment : std::uint8_t {
  begin,               ///< once, before anything else; {aid} is that of the first application
  select_master,       ///< the MF becomes the current DF
  create_application,  ///< each application
  select_application,  ///< an application becomes the current DF
  create_file,         ///< each file
  select_file,         ///< the file that was created becomes the current one
  create_file_mf,      ///< each file of the MF, where that is told in another way
  write,               ///< each piece of a file's content; several: the first that reaches the offset
  write_mf,            ///< the same of files of the MF
  bac_keys,            ///< document basic access keys
  pace_password,       ///< each PACE password
  pace_passwords,      ///< all of them at once
  pace_entry,          ///< each PACE protocol
  make_active_rsa,     ///< the card makes a key, and answers with its public half
  make_active_ecdsa,
  make_chip_key,    ///< each key
  read_active_key,  ///< the rest of a public half
  read_chip_key,
  load_active_rsa,  ///< a key that was prepared
  load_active_ecdsa,
  load_chip_key,    ///< each key
  trust,            ///< terminal authentication is switched on
  certificate,      ///< each piece of each CVCA certificate
  personalize,      ///< each application: readers get answers from now on
  lock,             ///< for good
  erase,            ///< back to blank, as long as it is not personalized
  chip_id,          ///< the answer is the chip's id
  is_locked,        ///< the answer says whether the card is locked
  is_personalized,  ///< the answer says whether the application is closed
};
inline constexpr std::size_t kMoments = static_cast<std::size_t>(Moment::is_personalized) + 1;

struct MomentInfo {
  std::string_view name;  ///< `at` of a step
  FieldSet fields = {};   ///< that its templates can ask for
  bool named = false;     ///< its label may say {name}
  bool pieces = false;    ///< carries {data} in pieces
};
[[nodiscard]] const MomentInfo& info(Moment moment);

/// Steps of a dialect, all moments together.
inline constexpr std::size_t kMaxScriptSteps = 64;
inline constexpr std::size_t kMaxMeanings = 128;

/// One `[[step]]`.
struct StepTemplate {
  std::string label = {};  ///< with {name}, {offset} and {block}
  Template header = {};    ///< CLA INS P1 P2
  Template data = {};      ///< the data field
  std::optional<std::uint32_t> ne = {};
  std::size_t chunk = 0xFFFF;          ///< most octets of {data} at once
  std::uint32_t last_offset = 0xFFFF;  ///< write: where it still reaches
  std::uint8_t last_flag = 0;          ///< added to {flags} of a certificate's last piece, or of the STORE DATA command
  bool extended = false;               ///< a long data field goes with extended length
  Template dgi = {};                   ///< two octets: this is no command but a data grouping of STORE DATA
  bool encrypted = false;              ///< the grouping's value, under the channel's data encryption key
  std::uint16_t already = 0;           ///< erase: the status word of a card that is so already; 0: none
};

/// `[store-data]`: how data groupings get into commands (GlobalPlatform Card Specification §11.11).
struct StoreData {
  Template header = {};              ///< with {flags:1} and {block:1}
  std::uint8_t flags = 0;            ///< in all of them
  std::uint8_t encrypted_flags = 0;  ///< added where the values are encrypted
  std::size_t largest = 0;           ///< octets of a grouping's value
};

/// One `[[status]]`.
struct Meaning {
  std::uint16_t sw = 0;
  std::optional<std::uint8_t> ins = {};  ///< for this instruction only
  std::string text = {};
};

/// How a card writes down a public half: tags in a constructed object. 0: there is none of this kind.
struct PublicHalf {
  asn1::Tag object = 0;
  asn1::Tag modulus = 0, exponent = 0;
  asn1::Tag point = 0;
  asn1::Tag value = 0;
};

/// Where the id stands in the answer of Moment::chip_id.
struct ChipIdPlace {
  std::size_t offset = 0;
  std::size_t size = 0;
};

struct Script {
  std::string name = {};
  std::string description = {};
  CardLimits limits = {};
  ChannelRule channel = {};
  KeyOrigin keys = KeyOrigin::none;
  CvcaFile cvca_file = CvcaFile::filled;
  std::size_t certificates = 2;                 ///< CVCA certificates that the card takes
  std::vector<std::string> built_in_pace = {};  ///< "ECDH-GM-AES-128/13": offered without being told
  bool created_is_current = false;              ///< CREATE FILE of a DF selects it
  std::map<AccessRule, base::Bytes> conditions = {};
  PublicHalf public_half = {};
  ChipIdPlace chip_id = {};
  /// Octets that the answers of Moment::is_locked and Moment::is_personalized have when it is so, and else never.
  base::Bytes locked_mark = {}, personalized_mark = {};
  std::optional<StoreData> store_data = {};
  std::array<std::vector<StepTemplate>, kMoments> steps = {};
  std::vector<Meaning> meanings = {};

  [[nodiscard]] const std::vector<StepTemplate>& at(Moment moment) const {
    return steps.at(static_cast<std::size_t>(moment));
  }
  [[nodiscard]] bool has(Moment moment) const { return !at(moment).empty(); }
  [[nodiscard]] bool uses(Moment moment, Field field) const;
  /// Octets that the data field of a step may have.
  [[nodiscard]] std::size_t room(const StepTemplate& step) const {
    return step.extended ? limits.extended_data : limits.command_data;
  }
  /// The octets that say who may read; nullptr when the card has no way to say it.
  [[nodiscard]] const base::Bytes* condition(AccessRule rule) const {
    const auto found = conditions.find(rule == AccessRule::bac ? AccessRule::access : rule);
    return found == conditions.end() ? nullptr : &found->second;
  }
};

/// The command that a step gives for these values; `secret` gets the octets that nobody may see.
[[nodiscard]] iso7816::CommandApdu expand(const StepTemplate& step, const Values& values,
                                          std::vector<OctetRange>& secret);

}  // namespace cicada::host::perso
