#include "cards.h"

#include "harness.h"

namespace cards {
namespace {

using namespace cicada::base::literals;
using cicada::base::concat;
using sim::kernel::Folder;

template <typename Key>
Key key(ByteView octets) {
  return Key{octets.first<Key::kSize>()};
}

}  // namespace

terminal::AccessKeys access_keys() {
  return {.k_enc = "AB94FDECF2674FDFB9B391F85D7F76F2"_hex, .k_mac = "7962D9ECE03D1ACD4C76089DCE131543"_hex};
}

terminal::TransportKeys transport_keys() {
  return {.enc = "101112131415161718191A1B1C1D1E1F"_hex, .mac = "202122232425262728292A2B2C2D2E2F"_hex};
}

sim::protocol::bac::AccessKeys card_access_keys() {
  using namespace sim::protocol::bac;
  return {.k_enc = key<KEnc>(access_keys().k_enc), .k_mac = key<KMac>(access_keys().k_mac)};
}

sim::protocol::scp03::StaticKeys card_transport_keys() {
  using namespace sim::protocol::scp03;
  return {.k_enc = key<KeyEnc>(transport_keys().enc),
          .k_mac = key<KeyMac>(transport_keys().mac),
          .k_dek = key<KeyDek>("303132333435363738393A3B3C3D3E3F"_hex)};
}

sim::kernel::BlankCard blank() {
  return {.serial = {0xC1, 0xCA, 0xDA, 0, 0, 0, 0, 0, 0, 0x07}, .transport_keys = card_transport_keys()};
}

Bytes pattern(std::size_t size, std::uint8_t salt) {
  Bytes out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>((i * 2654435761U + salt * 97U) >> 11U);
  return out;
}

sim::kernel::CardContent content() {
  sim::kernel::CardContent content{.serial = blank().serial, .files = {}, .access_keys = card_access_keys()};
  content.files = {
      {.folder = Folder::mf, .fid = 0x011C, .sfi = 0x1C, .security_condition = 0x00, .content = pattern(20, 1)},
      {.folder = Folder::mf, .fid = 0x011D, .sfi = 0x1D, .security_condition = 0x40, .content = pattern(30, 2)},
      {.fid = 0x011E, .sfi = 0x1E, .content = "60145F0104303130365F36063034303030305C026175"_hex},
      {.fid = 0x011D, .sfi = 0x1D, .content = pattern(1905, 3)},
      {.fid = 0x0101, .sfi = 0x01, .content = pattern(93, 4)},
      {.fid = 0x0102, .sfi = 0x02, .content = pattern(600, 5)},
      {.fid = 0x0103, .sfi = 0x03, .security_condition = 0xE3, .content = pattern(50, 6)},
      {.fid = 0x0104, .sfi = 0x04, .security_condition = 0xE4, .content = pattern(50, 7)},
      {.fid = 0x010D, .sfi = 0x00, .content = pattern(40'000, 8)},
      {.fid = 0x0110, .sfi = 0x10, .security_condition = 0xFF, .content = pattern(10, 9)},
  };
  return content;
}

Bytes password(unsigned reference) {
  switch (reference) {
    case 1: return "7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD"_hex;
    case 2: return cicada::base::to_bytes(cicada::base::as_bytes("123456"));
    case 3: return cicada::base::to_bytes(cicada::base::as_bytes("4711"));
    default: return cicada::base::to_bytes(cicada::base::as_bytes("87654321"));
  }
}

Bytes ec_chip_key() {
  return Bytes(32, 0x3C);
}

Bytes dh_chip_key() {
  return Bytes(32, 0x4D);
}

sim::kernel::CardContent pace_content() {
  using cicada::base::SecretBytes;
  namespace mbedtls = cicada::crypto::mbedtls;
  namespace applet = sim::applet;
  auto made = content();
  constexpr std::array<std::uint8_t, 4> kTries = {0, 0, 3, 10};
  for (unsigned reference = 1; reference <= 4; ++reference) {
    const auto tries = kTries.at(reference - 1);
    made.passwords.push_back({.id = static_cast<applet::PasswordId>(reference),
                              .k = SecretBytes::copy_of(password(reference)),
                              .max_tries = tries,
                              .tries = tries});
  }
  using terminal::ca_oid;
  using terminal::pace_oid;
  made.pace_protocols = {{.oid = pace_oid(2, 2), .parameter_id = 12}, {.oid = pace_oid(2, 4), .parameter_id = 12},
                         {.oid = pace_oid(4, 4), .parameter_id = 15}, {.oid = pace_oid(1, 2), .parameter_id = 0},
                         {.oid = pace_oid(6, 2), .parameter_id = 13}, {.oid = pace_oid(2, 1), .parameter_id = 8}};
  made.chip_keys.push_back({.id = 13,
                            .secret = applet::EcSecret{.curve = mbedtls::Curve::brainpool_p256r1,
                                                       .scalar = SecretBytes::copy_of(ec_chip_key())},
                            .protocols = {ca_oid(2, 1), ca_oid(2, 2)}});
  made.chip_keys.push_back({.id = 2,
                            .secret = applet::DhSecret{.group = mbedtls::Modp::modp_2048_256,
                                                       .exponent = SecretBytes::copy_of(dh_chip_key())},
                            .protocols = {ca_oid(1, 4)}});
  return made;
}

Bytes fcp_df(unsigned fid, ByteView aid) {
  const Bytes fid_octets = {static_cast<std::uint8_t>(fid >> 8U), static_cast<std::uint8_t>(fid)};
  return terminal::tlv(0x62, concat({"820138"_hex, terminal::tlv(0x83, fid_octets), terminal::tlv(0x84, aid)}));
}

Bytes fcp_ef(unsigned fid, unsigned size, unsigned sfi, unsigned security_condition) {
  const auto two = [](unsigned value) {
    return Bytes{static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)};
  };
  const Bytes short_identifier = {static_cast<std::uint8_t>(sfi << 3U)};
  const Bytes rule = {0x01, static_cast<std::uint8_t>(security_condition)};
  return terminal::tlv(0x62, concat({"820101"_hex, terminal::tlv(0x83, two(fid)), terminal::tlv(0x80, two(size)),
                                     terminal::tlv(0x88, short_identifier), terminal::tlv(0x8C, rule)}));
}

std::vector<terminal::Command> personalization() {
  std::vector<terminal::Command> commands;
  const auto create = [&](Bytes fcp) { commands.push_back({.ins = 0xE0, .data = std::move(fcp)}); };
  const auto write = [&](const Bytes& content) {
    constexpr std::size_t kPiece = 200;
    for (std::size_t at = 0; at < content.size(); at += kPiece) {
      const auto end = std::min(content.size(), at + kPiece);
      commands.push_back({.ins = 0xD6,
                          .p1 = static_cast<std::uint8_t>(at >> 8U),
                          .p2 = static_cast<std::uint8_t>(at),
                          .data = {content.begin() + static_cast<std::ptrdiff_t>(at),
                                   content.begin() + static_cast<std::ptrdiff_t>(end)}});
    }
  };
  commands.push_back({.ins = 0xA4, .p1 = 0x00, .p2 = 0x0C});
  create(fcp_ef(0x011C, 20, 0x1C, 0x00));
  write(pattern(20, 1));
  create(fcp_df(0x1001, "A0000002471001"_hex));
  create(fcp_ef(0x011E, 22, 0x1E, 0x40));
  write("60145F0104303130365F36063034303030305C026175"_hex);
  create(fcp_ef(0x0101, 93, 0x01, 0x40));
  write(pattern(93, 4));
  create(fcp_ef(0x0102, 600, 0x02, 0x40));
  write(pattern(600, 5));
  create(fcp_ef(0x011C, 36, 0x1C, 0x40));
  const auto put = [&](std::uint8_t what, Bytes data) {
    commands.push_back({.ins = 0xDA, .p2 = what, .data = std::move(data)});
  };
  put(0x62, concat({"8010"_hex, access_keys().k_enc, "8110"_hex, access_keys().k_mac}));
  put(0x63, concat({"830101 8014"_hex, pattern(20, 10)}));
  put(0x63, "830102 8006303030303139"_hex);
  put(0x63, "830103 80053132333435 810103"_hex);
  put(0x64, "800A04007F00070202040202 84010D"_hex);
  put(0x65, "8302011C 5F2506020600010001"_hex);
  commands.push_back({.ins = 0xF0, .p1 = 0x40, .p2 = 0x0F, .data = "A0000002471001"_hex});
  commands.push_back({.ins = 0xF0, .p1 = 0x80, .p2 = 0x0F});
  return commands;
}

void Bench::use(const sim::kernel::BlankCard& blank) {
  cell_ = std::make_shared<Bytes>();
  auto made = sim::kernel::Card::create_blank(world(), std::make_unique<sim::nvm::MemoryStorage>(cell_), blank);
  CHECK_OK(made);
  card = std::move(*made);
  card->power_on();
}

void Bench::use(const sim::kernel::CardContent& content) {
  cell_ = std::make_shared<Bytes>();
  auto made =
      sim::kernel::Card::create_personalized(world(), std::make_unique<sim::nvm::MemoryStorage>(cell_), content);
  CHECK_OK(made);
  card = std::move(*made);
  card->power_on();
}

void Bench::reopen() {
  card.reset();
  auto opened = sim::kernel::Card::open(world(), std::make_unique<sim::nvm::MemoryStorage>(cell_));
  CHECK_OK(opened);
  card = std::move(*opened);
  card->power_on();
}

void Bench::select_lds1() {
  CHECK_BYTES("9000"_hex, send("00A4040C07A0000002471001"_hex));
}

terminal::Messaging Bench::open_session() {
  select_lds1();
  return terminal::bac(wire(), access_keys());
}

terminal::Messaging Bench::open_pace(unsigned reference) {
  CHECK_BYTES("9000"_hex, send("00A4000C"_hex));
  return terminal::Pace::run(wire(), terminal::pace_oid(2, 2), 12, password(reference), reference);
}

}  // namespace cards
