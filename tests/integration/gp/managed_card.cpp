#include "managed_card.h"

#include "cicada/applet_sim/manager/state.h"
#include "cicada/host/gp/card_data.h"

namespace cicada::test {

using base::Bytes;
namespace kernel = applet_sim::kernel;
namespace manager = applet_sim::manager;
namespace nvm = applet_sim::nvm;

namespace {

Bytes octets_of(std::size_t size, std::uint8_t octet) {
  Bytes key(size, octet);
  key.back() ^= 0x80;  // the last octet of a long key matters, too
  return key;
}

kernel::BlankCard blank(const CardKind& kind) {
  manager::KeySet keys{.version = kKeyVersion,
                       .enc = base::SecretBytes{octets_of(kind.key_size, 0x41)},
                       .mac = base::SecretBytes{octets_of(kind.key_size, 0x42)},
                       .dek = base::SecretBytes{octets_of(kind.key_size, 0x43)}};
  const auto protocol =
      kind.protocol == host::gp::Protocol::scp02 ? manager::Protocol::scp02 : manager::Protocol::scp03;
  kernel::BlankCard card;
  card.serial = kChip;
  card.manager = manager::delivered(manager::Application::groupings, protocol, kind.i, std::move(keys)).value();
  return card;
}

}  // namespace

host::gp::StaticKeys keys_of(std::size_t size, std::uint8_t shade) {
  const auto octet = [&](unsigned first) { return octets_of(size, static_cast<std::uint8_t>(first + shade)); };
  return {.k_enc = host::gp::KEnc::copy_of(octet(0x41)).value(),
          .k_mac = host::gp::KMac::copy_of(octet(0x42)).value(),
          .k_dek = host::gp::KDek::copy_of(octet(0x43)).value()};
}

ManagedCard::ManagedCard(const CardKind& kind) : kind_(kind), clock_(base::parse_iso_date("2024-05-01").value()) {
  card_ = kernel::Card::create_blank({card_rng_, clock_}, std::make_unique<nvm::MemoryStorage>(), blank(kind)).value();
  slot_ = std::make_unique<applet_sim::port::Loopback>(*card_);
  slot_->power_on();
  transport_ = std::make_unique<host::transport::LoopbackTransport>(
      [this](base::ByteView command) { return slot_->transmit(command).value_or(Bytes{}); });
  channel_ = std::make_unique<host::iso7816::Channel>(*transport_);
}

void ManagedCard::write(const std::filesystem::path& file, const CardKind& kind) {
  base::SystemRng rng;
  base::SystemClock clock;
  auto storage = nvm::FileStorage::create(file).value();
  kernel::Card::create_blank({rng, clock}, std::move(storage), blank(kind)).value();
}

base::Result<std::unique_ptr<host::gp::SecureChannel>> ManagedCard::open(const host::gp::StaticKeys& keys,
                                                                         std::optional<std::uint8_t> level,
                                                                         std::uint8_t key_version) {
  CICADA_TRY(const auto domain, host::gp::select_default(*channel_));
  const auto source = host::gp::KeySource{[&](const auto&) -> base::Result<host::gp::StaticKeys> {
    return host::gp::StaticKeys{.k_enc = keys.k_enc.clone(), .k_mac = keys.k_mac.clone(), .k_dek = keys.k_dek.clone()};
  }};
  const bool s16 = kind_.protocol == host::gp::Protocol::scp03 && (kind_.i & 0x01U) != 0;
  return host::gp::open_channel(*channel_, source, rng_,
                                {.key_version = key_version,
                                 .protocol = kind_.protocol,
                                 .level = level,
                                 .mode = s16 ? host::gp::Scp03Mode::s16 : host::gp::Scp03Mode::s8,
                                 .scp02_i = kind_.i == 0x55 ? host::gp::Scp02Option::i55 : host::gp::Scp02Option::i15,
                                 .aid = base::to_bytes(domain.octets())});
}

}  // namespace cicada::test
