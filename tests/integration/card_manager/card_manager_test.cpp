// The host's card management against the simulated card's manager: two opinions of GlobalPlatform.
#include "cicada/host/gp/card_manager.h"
#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/port/loopback.h"
#include "cicada/base/clock.h"
#include "cicada/host/gp/card_data.h"
#include "cicada/host/gp/diversify.h"
#include "cicada/host/gp/open_channel.h"
#include "cicada/host/transport/loopback.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using base::Bytes;
using base::ByteView;
namespace gp = host::gp;
namespace manager = applet_sim::manager;
namespace kernel = applet_sim::kernel;

namespace {

constexpr gp::ChipSerial kSerial = {0xC1, 0xCA, 0xDA, 9, 8, 7, 6, 5, 4, 3};

/// How a card is opened.
struct Setting {
  manager::Protocol protocol;
  std::uint8_t option;
  std::size_t key_size;
  std::uint8_t level;
  gp::Scp03Mode mode = gp::Scp03Mode::s8;
};

const std::vector<Setting>& settings() {
  using enum manager::Protocol;
  static const std::vector<Setting> all = {{scp02, 0x15, 16, 0x01},
                                           {scp02, 0x15, 16, 0x03},
                                           {scp02, 0x55, 16, 0x03},
                                           {scp03, 0x70, 16, 0x33},
                                           {scp03, 0x70, 24, 0x13},
                                           {scp03, 0x70, 32, 0x11},
                                           {scp03, 0x60, 16, 0x33},
                                           {scp03, 0x20, 32, 0x13},
                                           {scp03, 0x00, 24, 0x03},
                                           {scp03, 0x10, 16, 0x01},
                                           {scp03, 0x71, 16, 0x33, gp::Scp03Mode::s16},
                                           {scp03, 0x71, 32, 0x33, gp::Scp03Mode::s16},
                                           {scp03, 0x61, 24, 0x03, gp::Scp03Mode::s16}};
  return all;
}

Bytes master_octets(std::size_t size) {
  Bytes octets(size);
  for (std::size_t i = 0; i < size; ++i) octets[i] = static_cast<std::uint8_t>(17 * i + 5);
  return octets;
}

gp::MasterKey master(std::size_t size) {
  return gp::MasterKey::copy_of(master_octets(size)).value();
}

gp::Aid aid(ByteView octets) {
  return gp::Aid::from(octets).value();
}

/// A CAP file's components with these applets, joined.
gp::LoadFile load_file(const Bytes& package, const Bytes& applet) {
  const auto component = [](std::uint8_t tag, const Bytes& info) {
    return base::concat(
        {Bytes{tag, static_cast<std::uint8_t>(info.size() >> 8U), static_cast<std::uint8_t>(info.size())}, info});
  };
  const auto named = [](const Bytes& name) {
    return base::concat({Bytes{static_cast<std::uint8_t>(name.size())}, name});
  };
  return {.package = aid(package),
          .major_version = 1,
          .minor_version = 0,
          .applets = {aid(applet)},
          .code = base::concat(
              {component(1, base::concat({"DECAFFED 0102 04 0001"_hex, named(package)})), component(2, Bytes(31)),
               component(3, base::concat({"01"_hex, named(applet), "0010"_hex})), component(7, Bytes(3000, 0x7A))})};
}

class Bench {
 public:
  Bench(const Setting& setting, manager::Application application) : setting_(setting) {
    using base::SecretBytes;
    const auto keys = gp::diversify(master(setting.key_size), kSerial).value();
    kernel::BlankCard blank;
    blank.serial = kSerial;
    blank.manager = manager::delivered(application, setting.protocol, setting.option,
                                       {.version = 0x30,
                                        .enc = SecretBytes::copy_of(keys.k_enc.expose()),
                                        .mac = SecretBytes::copy_of(keys.k_mac.expose()),
                                        .dek = SecretBytes::copy_of(keys.k_dek.expose())})
                        .value();
    card_ = kernel::Card::create_blank({card_rng_, clock_}, std::make_unique<applet_sim::nvm::MemoryStorage>(), blank)
                .value();
    slot_ = std::make_unique<applet_sim::port::Loopback>(*card_);
    slot_->power_on();
  }

  base::Result<std::unique_ptr<gp::SecureChannel>> open(const gp::KeySource& keys, std::uint8_t version = 0) {
    gp::ChannelOptions options;
    options.key_version = version;
    options.level = setting_.level;
    options.mode = setting_.mode;
    options.scp02_i = setting_.option == 0x55 ? gp::Scp02Option::i55 : gp::Scp02Option::i15;
    options.aid = "A000000151000000"_hex;
    return gp::open_channel(channel, keys, host_rng_, options);
  }
  base::Result<std::unique_ptr<gp::SecureChannel>> open() { return open(gp::diversified(master(setting_.key_size))); }

 private:
  Setting setting_;
  base::ReplayRng card_rng_{1};
  base::ReplayRng host_rng_{2};
  base::FixedClock clock_{base::Instant{}};
  std::unique_ptr<kernel::Card> card_;
  std::unique_ptr<applet_sim::port::Loopback> slot_;
  host::transport::LoopbackTransport transport_{
      [this](ByteView command) { return slot_->transmit(command).value_or(Bytes{}); }};

 public:
  host::iso7816::Channel channel{transport_};
};

const Bytes kPassport = "A0000002471001"_hex;

}  // namespace

TEST_GROUP(TwoOpinionsOfCardManagement){};

TEST(TwoOpinionsOfCardManagement, agree_on_every_channel_and_list_the_same_registry) {
  for (const auto& setting : settings()) {
    Bench bench{setting, manager::Application::groupings};
    auto channel = bench.open();
    CHECK_OK(channel);
    gp::CardManager cards{**channel};
    const auto domain = cards.registry(gp::Part::issuer_security_domain);
    CHECK_OK(domain);
    LONGS_EQUAL(1, domain->size());
    LONGS_EQUAL(0x07, domain->front().life_cycle);
    const auto applications = cards.registry(gp::Part::applications);
    CHECK_OK(applications);
    LONGS_EQUAL(1, applications->size());
    CHECK(applications->front().aid == aid(kPassport));
    const auto files = cards.registry(gp::Part::load_files_and_modules);
    CHECK_OK(files);
    LONGS_EQUAL(1, files->front().modules.size());
  }
}

TEST(TwoOpinionsOfCardManagement, are_none_without_the_right_keys) {
  for (const auto& setting : settings()) {
    Bench bench{setting, manager::Application::groupings};
    auto wrong = master_octets(setting.key_size);
    wrong[0] ^= 0x02U;
    CHECK_FAULT(base::Fault::security, bench.open(gp::diversified(gp::MasterKey::copy_of(wrong).value())));
    CHECK_OK(bench.open());
  }
}

TEST(TwoOpinionsOfCardManagement, agree_on_the_data_objects) {
  Bench bench{settings().front(), manager::Application::jmrtd};
  CHECK_OK(gp::select(bench.channel, aid("A000000151000000"_hex)));
  CHECK_OK(gp::select_default(bench.channel));
  const auto production = gp::get_data(bench.channel, gp::kTagCplc);
  CHECK_OK(production);
  CHECK_OK(gp::parse_cplc(*production));
  const auto recognition = gp::parse_recognition(gp::get_data(bench.channel, gp::kTagCardRecognition).value());
  CHECK_OK(recognition);
  LONGS_EQUAL(1, recognition->protocols.size());
  LONGS_EQUAL(0x02, recognition->protocols.front().protocol);
  LONGS_EQUAL(0x15, recognition->protocols.front().implementation);
  const auto keys = gp::parse_key_information(gp::get_data(bench.channel, gp::kTagKeyInformation).value());
  CHECK_OK(keys);
  LONGS_EQUAL(3, keys->size());
}

TEST(TwoOpinionsOfCardManagement, load_install_and_delete_an_application) {
  for (const auto& setting : settings()) {
    Bench bench{setting, manager::Application::none};
    auto channel = bench.open();
    CHECK_OK(channel);
    gp::CardManager cards{**channel};
    const auto package = "A00000024710"_hex;
    using crypto::openssl::HashAlgorithm;
    for (const auto& hash : {std::optional<HashAlgorithm>{}, std::optional{HashAlgorithm::sha1},
                             std::optional{HashAlgorithm::sha256}, std::optional{HashAlgorithm::sha512}}) {
      CHECK_OK(cards.load(load_file(package, kPassport), {}, hash));
      CHECK_FALSE(cards.load(load_file(package, kPassport)));  // it is there
      const gp::Installation installation{
          .load_file = aid(package), .module = aid(kPassport), .instance = aid(kPassport)};
      CHECK_OK(cards.install(installation));
      CHECK_FALSE(cards.install(installation));
      CHECK_OK(cards.lock_application(aid(kPassport), true));
      CHECK_OK(cards.lock_application(aid(kPassport), false));
      CHECK_FALSE(cards.remove(aid(package)));  // it has an instance
      CHECK_OK(cards.remove(aid(package), true));
      LONGS_EQUAL(0, cards.registry(gp::Part::applications).value().size());
    }
  }
}

TEST(TwoOpinionsOfCardManagement, put_keys_that_open_the_next_channel) {
  for (const auto& setting : settings()) {
    Bench bench{setting, manager::Application::jmrtd};
    auto channel = bench.open();
    CHECK_OK(channel);
    gp::CardManager cards{**channel};
    const auto type = setting.protocol == manager::Protocol::scp02 ? gp::KeyType::tdes : gp::KeyType::aes;
    auto other = kSerial;
    other[9] ^= 0x01U;
    const auto keys = [&] { return gp::diversify(master(setting.key_size), other).value(); };
    CHECK_OK(cards.put_keys(keys(), type, 0x31));
    CHECK_FALSE(cards.put_keys(keys(), type, 0x31));  // there is that version
    CHECK_OK(bench.open(gp::undiversified(keys()), 0x31));
    channel = bench.open();
    CHECK_OK(channel);
    gp::CardManager again{**channel};
    CHECK_OK(again.put_keys(keys(), type, 0x01, 0x30));
    CHECK_FALSE(bench.open());
    CHECK_OK(bench.open(gp::undiversified(keys()), 0x01));
  }
}

TEST(TwoOpinionsOfCardManagement, secure_a_card_once_and_never_when_it_was_to_be_unlocked) {
  Bench bench{settings().front(), manager::Application::groupings};
  auto channel = bench.open();
  CHECK_OK(channel);
  gp::CardManager cards{**channel};
  LONGS_EQUAL(0x07, cards.card_state().value());
  CHECK_FAULT(base::Fault::conflict, cards.unlock_card());
  LONGS_EQUAL(0x07, cards.card_state().value());
  CHECK_FALSE(cards.set_card_state(gp::CardState::locked));
  CHECK_OK(cards.secure_card());
  LONGS_EQUAL(0x0F, cards.card_state().value());
  CHECK_FAULT(base::Fault::conflict, cards.secure_card());
}

TEST(TwoOpinionsOfCardManagement, move_the_life_cycle_of_the_card) {
  Bench bench{settings().at(3), manager::Application::jmrtd};
  auto channel = bench.open();
  CHECK_OK(channel);
  gp::CardManager cards{**channel};
  CHECK_FALSE(cards.set_card_state(gp::CardState::initialized));  // there is no way back
  CHECK_FAULT(base::Fault::conflict, cards.unlock_card());
  CHECK_FAULT(base::Fault::conflict, cards.secure_card());
  CHECK_OK(cards.set_card_state(gp::CardState::locked));
  CHECK_FALSE(cards.remove(aid(kPassport)));
  CHECK_FAULT(base::Fault::conflict, cards.secure_card());
  CHECK_OK(cards.unlock_card());
  CHECK_OK(cards.remove(aid(kPassport)));
  CHECK_FAULT(base::Fault::bad_input, cards.set_card_state(gp::CardState::terminated));
  CHECK_OK(cards.set_card_state(gp::CardState::terminated, true));
  CHECK_FALSE(bench.open());
}
