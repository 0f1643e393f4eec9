// The host's card management against the simulated card's manager: two opinions of one specification.
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cicada/base/file.h"
#include "cicada/base/hex.h"
#include "cicada/host/gp/card_data.h"
#include "cicada/host/gp/card_manager.h"
#include "managed_card.h"
#include "tiny_cap.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using base::Bytes;
using base::Fault;
using host::gp::Aid;
using host::gp::CardManager;
using host::gp::KeyType;
using host::gp::Part;
using host::gp::Protocol;
using test::CardKind;
using test::ManagedCard;

namespace {

/// SCP02 with both options; SCP03 with every key size in S8 and S16; random challenges, too.
std::vector<CardKind> kinds() {
  std::vector<CardKind> all{{.protocol = Protocol::scp02, .i = 0x15, .key_size = 16},
                            {.protocol = Protocol::scp02, .i = 0x55, .key_size = 16},
                            {.protocol = Protocol::scp03, .i = 0x60, .key_size = 16},
                            {.protocol = Protocol::scp03, .i = 0x61, .key_size = 32}};
  for (const std::size_t size : {16UL, 24UL, 32UL}) {
    all.push_back({.protocol = Protocol::scp03, .i = 0x70, .key_size = size});
    all.push_back({.protocol = Protocol::scp03, .i = 0x71, .key_size = size});
  }
  return all;
}

std::vector<std::uint8_t> levels(const CardKind& kind) {
  if (kind.protocol == Protocol::scp02) return {0x01, 0x03};
  return {0x01, 0x03, 0x11, 0x13, 0x33};
}

KeyType type_of(const CardKind& kind) {
  return kind.protocol == Protocol::scp02 ? KeyType::tdes : KeyType::aes;
}

bool holds(const std::vector<host::gp::RegistryEntry>& entries, std::string_view aid) {
  return std::ranges::any_of(entries, [&](const auto& entry) { return entry.aid.to_text() == aid; });
}

constexpr std::string_view kPackage = "F043494341440102";
constexpr std::string_view kPassport = "A0000002471001";

}  // namespace

TEST_GROUP(Gp){};

TEST(Gp, lists_loads_and_deletes_with_every_protocol_option_key_size_mode_and_level) {
  const auto file = host::gp::parse_cap(test::zipped(test::tiny_cap_parts())).value();
  std::size_t channels = 0;
  for (const auto& kind : kinds()) {
    ManagedCard card{kind};
    for (const auto level : levels(kind)) {
      auto channel = card.open(test::keys_of(kind.key_size), level);
      CHECK_OK(channel);
      CardManager manager{**channel};
      const auto domain = manager.registry(Part::issuer_security_domain);
      CHECK_OK(domain);
      CHECK(holds(*domain, "A000000151000000"));
      CHECK(holds(manager.registry(Part::applications).value(), kPassport));
      CHECK_OK(
          manager.load(file, {}, level != 0x01 ? std::optional{crypto::openssl::HashAlgorithm::sha1} : std::nullopt));
      const auto files = manager.registry(Part::load_files_and_modules);
      CHECK_OK(files);
      CHECK(holds(*files, kPackage));
      CHECK(manager.load(file).error().sw == 0x6985);  // it is there already
      CHECK_OK(manager.remove(Aid::from_text(kPackage).value(), true));
      CHECK(!holds(manager.registry(Part::load_files_and_modules).value(), kPackage));
      CHECK((*channel)->alive());
      card.reset();
      ++channels;
    }
  }
  LONGS_EQUAL(2 * 2 + 8 * 5, channels);
}

TEST(Gp, with_a_wrong_key_costs_the_card_no_try) {
  for (const auto& kind : kinds()) {
    ManagedCard card{kind};
    for (int i = 0; i < 20; ++i) {
      const auto wrong = card.open(test::keys_of(kind.key_size, 1));
      CHECK(!wrong);
      CHECK(wrong.error().fault == Fault::security);
      card.reset();
    }
    CHECK_OK(card.open(test::keys_of(kind.key_size)));
  }
}

TEST(Gp, puts_keys_that_open_the_card_from_then_on_and_the_old_ones_no_more) {
  for (const auto& kind : kinds()) {
    ManagedCard card{kind};
    const auto old_keys = test::keys_of(kind.key_size);
    const auto new_keys = test::keys_of(kind.key_size, 5);
    auto channel = card.open(old_keys);
    CHECK_OK(channel);
    CHECK_OK(CardManager{**channel}.put_keys(new_keys, type_of(kind), 0x31, test::kKeyVersion));
    card.reset();
    CHECK_FAULT(Fault::card_status, card.open(old_keys, {}, test::kKeyVersion));
    card.reset();
    CHECK_FAULT(Fault::security, card.open(old_keys, {}, 0x31));
    card.reset();
    CHECK_OK(card.open(new_keys, {}, 0x31));
    card.reset();  // a plain command would end the channel, and is refused in it
    const auto known =
        host::gp::parse_key_information(host::gp::get_data(card.channel(), host::gp::kTagKeyInformation).value());
    CHECK_OK(known);
    CHECK(std::ranges::all_of(*known, [&](const auto& key) {
      return key.version == 0x31 && key.size == kind.key_size && key.type == static_cast<std::uint8_t>(type_of(kind));
    }));
  }
}

TEST(Gp, locks_an_application_and_the_card_and_unlocks_both) {
  for (const auto& kind : {kinds()[0], kinds()[4]}) {
    ManagedCard card{kind};
    const auto passport = Aid::from_text(kPassport).value();
    auto channel = card.open(test::keys_of(kind.key_size));
    CHECK_OK(channel);
    CardManager manager{**channel};
    CHECK_OK(manager.lock_application(passport, true));
    CHECK_FAULT(Fault::conflict, manager.lock_application(passport, true));
    CHECK_FAULT(Fault::card_status, host::gp::select(card.channel(), passport));
    card.reset();
    channel = card.open(test::keys_of(kind.key_size));
    CHECK_OK(CardManager{**channel}.lock_application(passport, false));
    CHECK_OK(host::gp::select(card.channel(), passport));
    card.reset();
    channel = card.open(test::keys_of(kind.key_size));
    CHECK_OK(CardManager{**channel}.secure_card());
    CHECK_OK(CardManager{**channel}.set_card_state(host::gp::CardState::locked));
    card.reset();
    CHECK_FAULT(Fault::card_status, host::gp::select(card.channel(), passport));
    channel = card.open(test::keys_of(kind.key_size));
    CHECK_OK(channel);
    CHECK_OK(CardManager{**channel}.unlock_card());
    card.reset();
    CHECK_OK(host::gp::select(card.channel(), passport));
  }
}

TEST(Gp, installs_again_what_was_deleted) {
  for (const auto& kind : {kinds()[1], kinds()[5]}) {
    ManagedCard card{kind};
    auto channel = card.open(test::keys_of(kind.key_size));
    CHECK_OK(channel);
    CardManager manager{**channel};
    const auto passport = Aid::from_text(kPassport).value();
    CHECK_OK(manager.remove(passport));
    CHECK(!holds(manager.registry(Part::applications).value(), kPassport));
    CHECK_OK(manager.install({.load_file = Aid::from_text("F043494341444101").value(),
                              .module = Aid::from_text("F04349434144410101").value(),
                              .instance = passport,
                              .privileges = 0,
                              .parameters = {}}));
    CHECK(holds(manager.registry(Part::applications).value(), kPassport));
    // Something that is not there, and something that is there already.
    LONGS_EQUAL(0x6A88, manager.remove(Aid::from_text("F000000099").value()).error().sw);
    LONGS_EQUAL(0x6985, manager
                            .install({.load_file = Aid::from_text("F043494341444101").value(),
                                      .module = Aid::from_text("F04349434144410101").value(),
                                      .instance = passport,
                                      .privileges = 0,
                                      .parameters = {}})
                            .error()
                            .sw);
  }
}

TEST(Gp, stores_plain_and_encrypted_data_groupings_for_the_application) {
  for (const auto& kind : kinds()) {
    ManagedCard card{kind};
    auto channel = card.open(test::keys_of(kind.key_size));
    CHECK_OK(channel);
    CardManager manager{**channel};
    CHECK_OK(manager.begin_personalization(Aid::from_text(kPassport).value()));
    const std::vector<host::gp::DataGrouping> groupings{
        {.dgi = 0x0062, .value = "621282010183020101800202008801088C020140"_hex},  // EF.DG1, 512 octets
        {.dgi = 0x00D6, .value = base::concat({"01010000"_hex, Bytes(500, 0x61)})},
        {.dgi = 0x8062,
         .value = base::concat({"8010"_hex, Bytes(16, 0x11), "8110"_hex, Bytes(16, 0x22)}),
         .sensitive = true},
    };
    CHECK_OK(manager.store_data(groupings));
    const auto applications = manager.registry(Part::applications).value();
    CHECK(std::ranges::any_of(
        applications, [](const auto& entry) { return entry.aid.to_text() == kPassport && entry.life_cycle == 0x0F; }));
  }
}

TEST(Gp, says_what_it_is_in_the_clear) {
  for (const auto& kind : kinds()) {
    ManagedCard card{kind};
    CHECK(host::gp::select_default(card.channel()).value().to_text() == "A000000151000000");
    const auto recognition =
        host::gp::parse_recognition(host::gp::get_data(card.channel(), host::gp::kTagCardRecognition).value());
    CHECK_OK(recognition);
    LONGS_EQUAL(1, recognition->protocols.size());
    LONGS_EQUAL(static_cast<int>(kind.protocol), recognition->protocols[0].protocol);
    LONGS_EQUAL(kind.i, recognition->protocols[0].implementation);
    const auto cplc = host::gp::parse_cplc(host::gp::get_data(card.channel(), host::gp::kTagCplc).value());
    CHECK_OK(cplc);
    Bytes value;
    for (const auto& field : cplc->fields) base::append(value, field.second);
    CHECK_BYTES(test::kChip, base::ByteView{value}.subspan(10, 10));
  }
}
