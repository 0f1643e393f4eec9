#include <algorithm>

#include "cicada/applet_sim/tlv/tlv.h"
#include "personalization_commands.h"

namespace cicada::applet_sim::applet {
namespace {

namespace sw = apdu::sw;
namespace bac = protocol::bac;
namespace ta = protocol::ta;
using base::ByteView;

constexpr std::uint16_t kAccessKeys = 0x0062;
constexpr std::uint16_t kPacePassword = 0x0063;
constexpr std::uint16_t kPaceProtocol = 0x0064;
constexpr std::uint16_t kTerminalAuthentication = 0x0065;

constexpr tlv::Tag kKeyEnc = 0x80;
constexpr tlv::Tag kKeyMac = 0x81;
constexpr tlv::Tag kReference = 0x83;
constexpr tlv::Tag kPassword = 0x80;
constexpr tlv::Tag kTries = 0x81;
constexpr tlv::Tag kOid = 0x80;
constexpr tlv::Tag kParameter = 0x84;
constexpr tlv::Tag kDate = 0x5F25;

constexpr tlv::Tag kNumber = 0x80;

constexpr std::uint8_t kMaxTries = 15;
// Nine characters and the check digit; TD1 has 15 more for long numbers.
constexpr std::size_t kShortestNumber = 10;
constexpr std::size_t kLongestNumber = 24;

std::unexpected<base::Error> malformed(base::Literal what) {
  return base::fail({.fault = base::Fault::malformed, .what = what});
}

/// The next object, with this tag and so many octets.
base::Result<ByteView> take(tlv::Reader& reader, tlv::Tag tag, std::size_t size) {
  CICADA_TRY(const auto object, reader.next(tag));
  if (object.value.size() != size) return malformed("an object of the wrong length");
  return object.value;
}

base::Result<void> end_of(const tlv::Reader& reader) {
  if (!reader.at_end()) return malformed("octets behind the last object");
  return {};
}

/// `80 10 K_ENC 81 10 K_MAC`
base::Result<bac::AccessKeys> read_access_keys(ByteView data) {
  tlv::Reader reader{data};
  CICADA_TRY(const auto k_enc, take(reader, kKeyEnc, bac::KEnc::kSize));
  CICADA_TRY(const auto k_mac, take(reader, kKeyMac, bac::KMac::kSize));
  CICADA_CHECK(end_of(reader));
  return bac::AccessKeys{.k_enc = bac::KEnc{k_enc.first<bac::KEnc::kSize>()},
                         .k_mac = bac::KMac{k_mac.first<bac::KMac::kSize>()}};
}

/// What K may look like (9303-11 §9.7.3): the MRZ's hash, six digits of a CAN, 4 to 16 characters of a PIN or PUK.
bool fits(PasswordId id, ByteView k) {
  constexpr std::size_t kMrzHash = 20;
  constexpr std::size_t kCanDigits = 6;
  constexpr std::size_t kShortestPin = 4;
  constexpr std::size_t kLongestPin = 16;
  const auto digit = [](std::uint8_t c) { return c >= '0' && c <= '9'; };
  switch (id) {
    case PasswordId::mrz: return k.size() == kMrzHash;
    case PasswordId::can: return k.size() == kCanDigits && std::ranges::all_of(k, digit);
    case PasswordId::pin:
    case PasswordId::puk: return k.size() >= kShortestPin && k.size() <= kLongestPin;
  }
  return false;
}

/// `83 01 reference 80 L K`, and for PIN and PUK `81 01 tries`
base::Result<PacePassword> read_password(ByteView data) {
  tlv::Reader reader{data};
  CICADA_TRY(const auto reference, take(reader, kReference, 1));
  CICADA_TRY(const auto k, reader.next(kPassword));
  PacePassword password{.id = static_cast<PasswordId>(reference[0]), .k = base::SecretBytes::copy_of(k.value)};
  if (!fits(password.id, k.value)) return malformed("not a password of this kind");
  if (password.id == PasswordId::pin || password.id == PasswordId::puk) {
    CICADA_TRY(const auto tries, take(reader, kTries, 1));
    if (tries[0] == 0 || tries[0] > kMaxTries) return malformed("a password has 1 to 15 tries");
    password.max_tries = tries[0];
    password.tries = tries[0];
  }
  CICADA_CHECK(end_of(reader));
  return password;
}

/// id-PACE-<mapping>-<cipher> with domain parameters that fit (9303-11 §4.4.3, §9.2.1, §9.5.1).
bool exists(ByteView oid, std::uint8_t parameter_id) {
  constexpr std::array<std::uint8_t, 8> kIdPace = {0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x04};
  constexpr std::uint8_t kDhGm = 1;
  constexpr std::uint8_t kDhIm = 3;
  constexpr std::uint8_t kEcdhIm = 4;
  constexpr std::uint8_t kCam = 6;
  constexpr std::uint8_t kTdes = 1;
  constexpr std::uint8_t kAes256 = 4;
  constexpr std::uint8_t kP224 = 10;
  if (oid.size() != kIdPace.size() + 2 || !base::equal(oid.first(kIdPace.size()), kIdPace)) return false;
  const auto mapping = oid[kIdPace.size()];
  const auto cipher = oid[kIdPace.size() + 1];
  if (mapping < kDhGm || mapping > kCam || mapping == 5) return false;
  if (cipher < kTdes || cipher > kAes256 || (mapping == kCam && cipher == kTdes)) return false;
  if (mapping == kDhGm || mapping == kDhIm) return parameter_id <= 2;
  if (mapping == kEcdhIm && parameter_id == kP224) return false;  // p = 1 mod 4
  return parameter_id >= 8 && parameter_id <= 18;
}

/// `80 0A OID 84 01 parameter`
base::Result<PaceProtocol> read_protocol(ByteView data) {
  tlv::Reader reader{data};
  CICADA_TRY(const auto oid, reader.next(kOid));
  CICADA_TRY(const auto parameter, take(reader, kParameter, 1));
  CICADA_CHECK(end_of(reader));
  if (!exists(oid.value, parameter[0])) return malformed("no PACE protocol with these domain parameters");
  return PaceProtocol{.oid = base::to_bytes(oid.value), .parameter_id = parameter[0]};
}

struct TerminalSettings {
  fs::Fid cvca_file = 0;
  ta::Date date{};
  base::Bytes document_number;
};

/// A month and a day, and no more: the calendar is not the card's business.
bool is_date(ByteView digits) {
  if (std::ranges::any_of(digits, [](std::uint8_t digit) { return digit > 9; })) return false;
  const auto month = digits[2] * 10 + digits[3];
  const auto day = digits[4] * 10 + digits[5];
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/// `83 02 FID 5F25 06 date`, and `80 L document number` for cards with basic access keys
base::Result<TerminalSettings> read_settings(ByteView data) {
  TerminalSettings settings;
  tlv::Reader reader{data};
  CICADA_TRY(const auto fid, take(reader, kReference, 2));
  settings.cvca_file = static_cast<fs::Fid>((fid[0] << 8U) | fid[1]);
  CICADA_TRY(const auto date, take(reader, kDate, settings.date.size()));
  if (reader.peek() == kNumber) {
    CICADA_TRY(const auto number, reader.next(kNumber));
    settings.document_number = base::to_bytes(number.value);
    const auto size = number.value.size();
    if (size < kShortestNumber || size > kLongestNumber) return malformed("a document number has 10 to 24 characters");
  }
  CICADA_CHECK(end_of(reader));
  if (!is_date(date)) return malformed("not a date");
  std::ranges::copy(date, settings.date.begin());
  return settings;
}

Reply put_protocol(const Context& context, ByteView data) {
  auto protocol = read_protocol(data);
  if (!protocol) return sw::k6A80IncorrectData;
  const auto& protocols = context.card.pace_protocols;
  if (std::ranges::find(protocols, *protocol) != protocols.end()) return sw::k6A89FileExists;
  if (protocols.size() >= kMaxPaceProtocols) return sw::k6A84NotEnoughMemory;
  return Reply{sw::k9000Ok}.with(Change{AddPaceProtocol{std::move(*protocol)}});
}

Reply put_settings(const Context& context, ByteView data) {
  const auto settings = read_settings(data);
  if (!settings) return sw::k6A80IncorrectData;
  const auto& card = context.card;
  const auto file = card.files.find_ef(context.selection.df, settings->cvca_file);
  if (!file) return sw::k6A82FileNotFound;
  if (card.files.ef(*file)->content.size() != kCvcaFileSize) return sw::k6A80IncorrectData;
  // The trust points are written into it when they come; it cannot be another one afterwards.
  if (!card.trust_points.empty() && card.cvca_file != *file) return sw::k6985ConditionsNotSatisfied;
  if (settings->date < card.current_date) return sw::k6985ConditionsNotSatisfied;
  return Reply{sw::k9000Ok}
      .with(Change{SetCvcaFile{*file}})
      .with(Change{SetCurrentDate{settings->date}})
      .with(Change{SetDocumentNumber{settings->document_number}});
}

}  // namespace

Reply put_data(const Context& context, const apdu::CommandView& command) {
  const auto what = command.p1p2();
  if (what < kAccessKeys || what > kTerminalAuthentication) return sw::k6A88ReferencedDataNotFound;
  if (!is_blank(context)) return sw::k6985ConditionsNotSatisfied;
  switch (what) {
    case kAccessKeys: {
      auto keys = read_access_keys(command.data);
      if (!keys) return sw::k6A80IncorrectData;
      return Reply{sw::k9000Ok}.with(Change{SetAccessKeys{std::move(*keys)}});
    }
    case kPacePassword: {
      auto password = read_password(command.data);
      if (!password) return sw::k6A80IncorrectData;
      return Reply{sw::k9000Ok}.with(Change{SetPacePassword{std::move(*password)}});
    }
    case kPaceProtocol: return put_protocol(context, command.data);
    default: return put_settings(context, command.data);
  }
}

}  // namespace cicada::applet_sim::applet
