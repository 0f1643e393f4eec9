#include "cicada/applet_sim/applet/record.h"

#include "cicada/base/cursor.h"
#include "record_kind.h"

namespace cicada::applet_sim::applet {
namespace {

using base::Bytes;
using base::ByteView;
using base::Cursor;
using base::Result;
using base::SecretBytes;
using crypto::mbedtls::Curve;
using crypto::mbedtls::HashAlgorithm;
using crypto::mbedtls::Modp;

std::unexpected<base::Error> malformed(base::Literal what, std::size_t at) {
  return base::fail({.fault = base::Fault::malformed, .what = what, .at = at});
}

template <typename Key>
Result<Key> read_key(Cursor& cursor) {
  CICADA_TRY(const auto octets, cursor.take(Key::kSize));
  return Key{octets.template first<Key::kSize>()};
}

/// Length in two octets, and the octets.
Result<ByteView> read_text(Cursor& cursor) {
  CICADA_TRY(const auto size, cursor.take_u16());
  return cursor.take(size);
}

/// An enumerator whose numbers run from `first` to `last`.
template <typename Enum>
Result<Enum> read_enum(Cursor& cursor, Enum first, Enum last) {
  const auto at = cursor.position();
  CICADA_TRY(const auto value, cursor.take_u8());
  if (value < static_cast<std::uint8_t>(first) || value > static_cast<std::uint8_t>(last)) {
    return malformed("a number that names nothing", at);
  }
  return static_cast<Enum>(value);
}

Result<Change> read_initialize(Cursor& cursor) {
  Initialize change;
  CICADA_TRY(const auto serial, cursor.take(change.serial.size()));
  std::ranges::copy(serial, change.serial.begin());
  return change;
}

Result<Change> read_transport_keys(Cursor& cursor) {
  using namespace protocol::scp03;
  CICADA_TRY(auto k_enc, read_key<KeyEnc>(cursor));
  CICADA_TRY(auto k_mac, read_key<KeyMac>(cursor));
  CICADA_TRY(auto k_dek, read_key<KeyDek>(cursor));
  return SetTransportKeys{.keys = {.k_enc = std::move(k_enc), .k_mac = std::move(k_mac), .k_dek = std::move(k_dek)}};
}

Result<Change> read_access_keys(Cursor& cursor) {
  CICADA_TRY(auto k_enc, read_key<protocol::bac::KEnc>(cursor));
  CICADA_TRY(auto k_mac, read_key<protocol::bac::KMac>(cursor));
  return SetAccessKeys{.keys = {.k_enc = std::move(k_enc), .k_mac = std::move(k_mac)}};
}

Result<fs::FileSpec> read_spec(Cursor& cursor) {
  fs::FileSpec spec;
  CICADA_TRY(const auto parent, cursor.take_u8());
  if (parent != kInMf) spec.parent = static_cast<fs::FileId>(parent);
  CICADA_TRY(spec.fid, cursor.take_u16());
  CICADA_TRY(const auto aid_size, cursor.take_u8());
  CICADA_TRY(const auto aid, cursor.take(aid_size));
  spec.aid = base::to_bytes(aid);
  CICADA_TRY(spec.size, cursor.take_u16());
  CICADA_TRY(spec.sfi, cursor.take_u8());
  CICADA_TRY(spec.security_condition, cursor.take_u8());
  return spec;
}

Result<Change> read_create_file(Cursor& cursor) {
  CICADA_TRY(auto spec, read_spec(cursor));
  return CreateFile{.spec = std::move(spec)};
}

Result<Change> read_remake_file(Cursor& cursor) {
  CICADA_TRY(const auto file, cursor.take_u8());
  CICADA_TRY(auto spec, read_spec(cursor));
  return RemakeFile{.file = static_cast<fs::FileId>(file), .spec = std::move(spec)};
}

Result<Change> read_manager(Cursor& cursor) {
  CICADA_TRY(const auto octets, read_text(cursor));
  CICADA_TRY(auto state, manager::decode(octets));
  return SetManager{.state = std::move(state)};
}

Result<Change> read_key_counter(Cursor& cursor) {
  SetKeyCounter change;
  CICADA_TRY(change.key_version, cursor.take_u8());
  CICADA_TRY(change.value, cursor.take_u32());
  return change;
}

Result<Change> read_rsa_half(Cursor& cursor) {
  const auto at = cursor.position();
  CICADA_TRY(const auto which, cursor.take_u8());
  if (which > 1) return malformed("a number that names nothing", at);
  CICADA_TRY(const auto octets, read_text(cursor));
  return SetRsaHalf{.exponent = which == 1, .octets = SecretBytes::copy_of(octets)};
}

Result<Change> read_write_binary(Cursor& cursor) {
  WriteBinary change;
  CICADA_TRY(const auto file, cursor.take_u8());
  change.file = static_cast<fs::FileId>(file);
  CICADA_TRY(change.offset, cursor.take_u16());
  CICADA_TRY(const auto data, read_text(cursor));
  change.data = base::to_bytes(data);
  return change;
}

Result<Change> read_password(Cursor& cursor) {
  PacePassword password;
  CICADA_TRY(password.id, read_enum(cursor, PasswordId::mrz, PasswordId::puk));
  CICADA_TRY(const auto k, read_text(cursor));
  password.k = SecretBytes::copy_of(k);
  CICADA_TRY(password.max_tries, cursor.take_u8());
  CICADA_TRY(password.tries, cursor.take_u8());
  return SetPacePassword{.password = std::move(password)};
}

Result<Change> read_protocol(Cursor& cursor) {
  CICADA_TRY(const auto oid, read_text(cursor));
  CICADA_TRY(const auto parameter_id, cursor.take_u8());
  return AddPaceProtocol{.protocol = {.oid = base::to_bytes(oid), .parameter_id = parameter_id}};
}

Result<RsaSecret> read_rsa(Cursor& cursor) {
  CICADA_TRY(const auto p, read_text(cursor));
  CICADA_TRY(const auto q, read_text(cursor));
  CICADA_TRY(const auto exponent, read_text(cursor));
  return RsaSecret{.p = SecretBytes::copy_of(p), .q = SecretBytes::copy_of(q), .exponent = base::to_bytes(exponent)};
}

Result<EcSecret> read_ec(Cursor& cursor) {
  CICADA_TRY(const auto curve, read_enum(cursor, Curve::p192, Curve::p521));
  CICADA_TRY(const auto scalar, read_text(cursor));
  return EcSecret{.curve = curve, .scalar = SecretBytes::copy_of(scalar)};
}

Result<DhSecret> read_dh(Cursor& cursor) {
  CICADA_TRY(const auto group, read_enum(cursor, Modp::modp_1024_160, Modp::modp_2048_256));
  CICADA_TRY(const auto exponent, read_text(cursor));
  return DhSecret{.group = group, .exponent = SecretBytes::copy_of(exponent)};
}

Result<Change> read_active_key(Cursor& cursor) {
  CICADA_TRY(const auto hash, read_enum(cursor, HashAlgorithm::sha1, HashAlgorithm::sha512));
  CICADA_TRY(const auto kind, read_enum(cursor, KeyKind::rsa, KeyKind::ec));
  if (kind == KeyKind::rsa) {
    CICADA_TRY(auto secret, read_rsa(cursor));
    return SetActiveKey{.key = {.secret = std::move(secret), .hash = hash}};
  }
  CICADA_TRY(auto secret, read_ec(cursor));
  return SetActiveKey{.key = {.secret = std::move(secret), .hash = hash}};
}

Result<Change> read_chip_key(Cursor& cursor) {
  ChipKey key;
  CICADA_TRY(const auto id, cursor.take_u8());
  if (id != kNoKeyId) key.id = id;
  CICADA_TRY(const auto kind, read_enum(cursor, KeyKind::ec, KeyKind::dh));
  if (kind == KeyKind::ec) {
    CICADA_TRY(key.secret, read_ec(cursor));
  } else {
    CICADA_TRY(key.secret, read_dh(cursor));
  }
  CICADA_TRY(const auto count, cursor.take_u8());
  for (unsigned i = 0; i < count; ++i) {
    CICADA_TRY(const auto protocol, read_text(cursor));
    key.protocols.push_back(base::to_bytes(protocol));
  }
  return SetChipKey{.key = std::move(key)};
}

Result<protocol::ta::Date> read_date(Cursor& cursor) {
  protocol::ta::Date date{};
  CICADA_TRY(const auto digits, cursor.take(date.size()));
  std::ranges::copy(digits, date.begin());
  return date;
}

Result<protocol::ta::PublicKey> read_public_key(Cursor& cursor) {
  using namespace protocol::ta;
  CICADA_TRY(const auto scheme, read_enum(cursor, Scheme::rsa_v15_sha1, Scheme::ecdsa_sha512));
  CICADA_TRY(const auto kind, read_enum(cursor, KeyKind::rsa, KeyKind::ec));
  if (kind == KeyKind::rsa) {
    CICADA_TRY(const auto modulus, read_text(cursor));
    CICADA_TRY(const auto exponent, read_text(cursor));
    return PublicKey{.scheme = scheme,
                     .key = RsaKey{.modulus = base::to_bytes(modulus), .exponent = base::to_bytes(exponent)}};
  }
  CICADA_TRY(const auto curve, read_enum(cursor, Curve::p192, Curve::p521));
  CICADA_TRY(const auto point, read_text(cursor));
  return PublicKey{.scheme = scheme, .key = EcKey{.curve = curve, .point = base::to_bytes(point)}};
}

Result<Change> read_trust_points(Cursor& cursor) {
  SetTrustPoints change;
  CICADA_TRY(const auto count, cursor.take_u8());
  for (unsigned i = 0; i < count; ++i) {
    protocol::ta::TrustPoint point;
    CICADA_TRY(const auto holder, read_text(cursor));
    point.holder = base::to_bytes(holder);
    CICADA_TRY(point.authorization, cursor.take_u8());
    CICADA_TRY(point.effective, read_date(cursor));
    CICADA_TRY(point.expiration, read_date(cursor));
    CICADA_TRY(point.key, read_public_key(cursor));
    change.points.push_back(std::move(point));
  }
  return change;
}

Result<Change> read_sequence_counter(Cursor& cursor) {
  CICADA_TRY(const auto value, cursor.take_u32());
  return SetSequenceCounter{.value = value};
}

Result<Change> read_life_cycle(Cursor& cursor) {
  CICADA_TRY(const auto to, read_enum(cursor, LifeCycle::blank, LifeCycle::locked));
  return SetLifeCycle{.to = to};
}

Result<Change> read_tries(Cursor& cursor) {
  CICADA_TRY(const auto id, read_enum(cursor, PasswordId::mrz, PasswordId::puk));
  CICADA_TRY(const auto tries, cursor.take_u8());
  return SetTries{.id = id, .tries = tries};
}

Result<Change> read_current_date(Cursor& cursor) {
  CICADA_TRY(const auto date, read_date(cursor));
  return SetCurrentDate{.date = date};
}

Result<Change> read_cvca_file(Cursor& cursor) {
  CICADA_TRY(const auto file, cursor.take_u8());
  return SetCvcaFile{.file = static_cast<fs::FileId>(file)};
}

Result<Change> read_document_number(Cursor& cursor) {
  CICADA_TRY(const auto number, read_text(cursor));
  return SetDocumentNumber{.number = base::to_bytes(number)};
}

Result<Change> read_change(Cursor& cursor) {
  const auto at = cursor.position();
  CICADA_TRY(const auto kind, cursor.take_u8());
  switch (static_cast<Kind>(kind)) {
    case Kind::initialize: return read_initialize(cursor);
    case Kind::transport_keys: return read_transport_keys(cursor);
    case Kind::sequence_counter: return read_sequence_counter(cursor);
    case Kind::create_file: return read_create_file(cursor);
    case Kind::write_binary: return read_write_binary(cursor);
    case Kind::access_keys: return read_access_keys(cursor);
    case Kind::life_cycle: return read_life_cycle(cursor);
    case Kind::pace_password: return read_password(cursor);
    case Kind::tries: return read_tries(cursor);
    case Kind::pace_protocol: return read_protocol(cursor);
    case Kind::active_key: return read_active_key(cursor);
    case Kind::chip_key: return read_chip_key(cursor);
    case Kind::trust_points: return read_trust_points(cursor);
    case Kind::current_date: return read_current_date(cursor);
    case Kind::cvca_file: return read_cvca_file(cursor);
    case Kind::document_number: return read_document_number(cursor);
    case Kind::erase: return Erase{};
    case Kind::remake_file: return read_remake_file(cursor);
    case Kind::manager: return read_manager(cursor);
    case Kind::key_counter: return read_key_counter(cursor);
    case Kind::rsa_half: return read_rsa_half(cursor);
  }
  return malformed("an unknown kind of change", at);
}

}  // namespace

Result<std::vector<Change>> decode(ByteView record) {
  std::vector<Change> changes;
  Cursor cursor{record};
  while (!cursor.at_end()) {
    CICADA_TRY(auto change, read_change(cursor));
    changes.push_back(std::move(change));
  }
  return changes;
}

}  // namespace cicada::applet_sim::applet
