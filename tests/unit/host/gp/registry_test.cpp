#include "cicada/host/gp/registry.h"

#include "cicada/base/hex.h"
#include "cicada/host/gp/card_data.h"
#include "cicada/host/gp/open_channel.h"
#include "scripted_card.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using base::Bytes;
using base::ByteView;
using base::Fault;
using host::gp::Part;
using host::gp::Protocol;
using host::gp::Scp02Option;
using host::gp::Scp03Mode;

TEST_GROUP(Aid){};

TEST(Aid, has_5_to_16_octets) {
  for (std::size_t size = 0; size < 20; ++size) {
    CHECK_EQUAL(size >= 5 && size <= 16, host::gp::Aid::from(Bytes(size)).has_value());
    CHECK_EQUAL(size >= 5 && size <= 16, host::gp::Aid::from_text(std::string(2 * size, 'A')).has_value());
  }
  CHECK_FAULT(Fault::bad_input, host::gp::Aid::from_text("A00000024710O1"));
  STRCMP_EQUAL("A0000002471001", host::gp::Aid::from_text("a0 00 00 02 47 10 01").value().to_text().c_str());
}

TEST_GROUP(Registry){};

TEST(Registry, tells_a_load_file_with_its_version_domain_and_modules) {
  const auto entries = host::gp::parse_registry(
      "E3314F08F0434943414401029F700101CE020103CC08A0000001510000008409F043494341440102018408F043494341440103"_hex);
  CHECK_OK(entries);
  const auto& entry = entries->at(0);
  STRCMP_EQUAL("F043494341440102", entry.aid.to_text().c_str());
  CHECK_BYTES("0103"_hex, entry.version);
  STRCMP_EQUAL("A000000151000000", entry.security_domain->to_text().c_str());
  LONGS_EQUAL(2, entry.modules.size());
  STRCMP_EQUAL("F043494341440103", entry.modules[1].to_text().c_str());
}

TEST(Registry, tells_an_application_with_its_load_file) {
  const auto entries = host::gp::parse_registry("E31A4F07A00000024710019F700107C50100C408F043494341440102"_hex);
  CHECK_OK(entries);
  STRCMP_EQUAL("F043494341440102", entries->at(0).load_file->to_text().c_str());
}

TEST(Registry, skips_what_it_does_not_know) {
  CHECK_OK(host::gp::parse_registry("E3124F05F0000000019F700107DF010101CF0140"_hex));
}

TEST(Registry, that_is_malformed_is_refused) {
  for (const auto& wrong :
       {"E4074F05F000000001"_hex, "E3059F7001079F"_hex, "E3039F7001"_hex, "E3049F700107"_hex,
        "E30E4F05F0000000014F05F000000001"_hex, "E3094F05F000000001C500"_hex, "E30B4F05F000000001C5020000"_hex,
        "E3064F04F0000000"_hex, "E30A4F05F0000000019F7000"_hex, "E3074F05F0000000"_hex, "E3"_hex}) {
    CHECK_FAULT(Fault::malformed, host::gp::parse_registry(wrong));
  }
  CHECK_OK(host::gp::parse_registry({}));
}

TEST(Registry, that_is_too_long_is_refused) {
  Bytes many;
  for (std::size_t i = 0; i <= host::gp::kMaxRegistryEntries; ++i) base::append(many, "E3074F05F000000001"_hex);
  CHECK_FAULT(Fault::limit, host::gp::parse_registry(many));
  Bytes modules = "4F05F000000001"_hex;
  for (std::size_t i = 0; i <= host::gp::kMaxModules; ++i) base::append(modules, "8405F000000001"_hex);
  Bytes entry{0xE3, 0x82, static_cast<std::uint8_t>(modules.size() >> 8U), static_cast<std::uint8_t>(modules.size())};
  base::append(entry, modules);
  CHECK_FAULT(Fault::limit, host::gp::parse_registry(entry));
}

TEST(Registry, names_life_cycles_and_privileges) {
  using host::gp::life_cycle_name;
  CHECK(life_cycle_name(Part::issuer_security_domain, 0x01) == "OP_READY");
  CHECK(life_cycle_name(Part::issuer_security_domain, 0x07) == "INITIALIZED");
  CHECK(life_cycle_name(Part::issuer_security_domain, 0x0F) == "SECURED");
  CHECK(life_cycle_name(Part::issuer_security_domain, 0x7F) == "CARD_LOCKED");
  CHECK(life_cycle_name(Part::issuer_security_domain, 0xFF) == "TERMINATED");
  CHECK(life_cycle_name(Part::issuer_security_domain, 0x42) == "unknown");
  CHECK(life_cycle_name(Part::applications, 0x03) == "INSTALLED");
  CHECK(life_cycle_name(Part::applications, 0x07) == "SELECTABLE");
  CHECK(life_cycle_name(Part::applications, 0x0F) == "PERSONALIZED");
  CHECK(life_cycle_name(Part::applications, 0x1F) == "SELECTABLE");
  CHECK(life_cycle_name(Part::applications, 0x83) == "LOCKED");
  CHECK(life_cycle_name(Part::applications, 0x00) == "unknown");
  CHECK(life_cycle_name(Part::load_files, 0x01) == "LOADED");
  const auto names = host::gp::privilege_names(0x9E0080);
  CHECK(names == (std::vector<std::string_view>{"Security Domain", "Card Lock", "Card Terminate", "Card Reset",
                                                "CVM Management", "Receipt Generation"}));
  CHECK(host::gp::privilege_names(0).empty());
}

TEST_GROUP(CardData){};

TEST(CardData, has_the_production_data_in_its_fields) {
  Bytes value(42);
  for (std::size_t i = 0; i < value.size(); ++i) value[i] = static_cast<std::uint8_t>(i);
  for (const auto& answer : {value, base::concat({"9F7F2A"_hex, value})}) {
    const auto cplc = host::gp::parse_cplc(answer);
    CHECK_OK(cplc);
    LONGS_EQUAL(18, cplc->fields.size());
    CHECK(cplc->fields.front().first == "ic_fabricator");
    CHECK_BYTES("0C0D0E0F"_hex, cplc->fields.at(6).second);
    CHECK_BYTES("26272829"_hex, cplc->fields.back().second);
  }
  CHECK_FAULT(Fault::malformed, host::gp::parse_cplc(ByteView{value}.first(41)));
  CHECK_FAULT(Fault::malformed, host::gp::parse_cplc(base::concat({"9F7F29"_hex, ByteView{value}.first(41)})));
}

TEST(CardData, names_the_keys_of_the_card) {
  const auto keys = host::gp::parse_key_information("E012C00401308810C00402308810C00403308810"_hex);
  CHECK_OK(keys);
  LONGS_EQUAL(3, keys->size());
  LONGS_EQUAL(2, keys->at(1).id);
  LONGS_EQUAL(0x30, keys->at(1).version);
  LONGS_EQUAL(0x10, keys->at(1).size);
  CHECK(host::gp::key_type_name(keys->at(1).type) == "AES");
  CHECK(host::gp::key_type_name(0x80) == "3DES");
  const auto extended = host::gp::parse_key_information("E00AC0080130FF8800200100"_hex);
  CHECK_OK(extended);
  LONGS_EQUAL(0x88, extended->at(0).type);
  LONGS_EQUAL(0x20, extended->at(0).size);
  CHECK_FAULT(Fault::malformed, host::gp::parse_key_information("E005C003013088"_hex));
  CHECK_FAULT(Fault::malformed, host::gp::parse_key_information("E006C10401308810"_hex));
  Bytes many;
  for (std::size_t i = 0; i <= host::gp::kMaxKeys; ++i) base::append(many, "C00401308810"_hex);
  Bytes template_{0xE0, 0x82, static_cast<std::uint8_t>(many.size() >> 8U), static_cast<std::uint8_t>(many.size())};
  base::append(template_, many);
  CHECK_FAULT(Fault::limit, host::gp::parse_key_information(template_));
}

TEST(CardData, names_the_protocols_of_the_card_and_their_options) {
  // A published example: GlobalPlatform 2.2, SCP02 i = 15, and one of ours: SCP03 i = 81 hexadecimal has two octets.
  const auto published = host::gp::parse_recognition(
      "664C734A06072A864886FC6B01600C060A2A864886FC6B02020101630906072A864886FC6B03"
      "640B06092A864886FC6B040215650B06092B8510864864020103660C060A2B060104012A026E0102"_hex);
  CHECK_OK(published);
  LONGS_EQUAL(1, published->protocols.size());
  LONGS_EQUAL(0x02, published->protocols[0].protocol);
  LONGS_EQUAL(0x15, published->protocols[0].implementation);
  CHECK(published->identifiers.size() >= 3);
  const auto two_octets = host::gp::parse_recognition("6610730E640C060A2A864886FC6B04038101"_hex);
  CHECK_OK(two_octets);
  LONGS_EQUAL(0x81, two_octets->protocols.at(0).implementation);
}

TEST(CardData, that_is_malformed_is_refused) {
  CHECK_FAULT(Fault::malformed, host::gp::parse_recognition("6602640B"_hex));
  CHECK_FAULT(Fault::malformed, host::gp::parse_recognition("660A7308640606042A864886"_hex));
  CHECK_FAULT(Fault::malformed, host::gp::parse_recognition({}));
  Bytes many;
  for (std::size_t i = 0; i <= host::gp::kMaxRecognition; ++i) base::append(many, "640506032A0304"_hex);
  Bytes inner{0x73, 0x82, static_cast<std::uint8_t>(many.size() >> 8U), static_cast<std::uint8_t>(many.size())};
  base::append(inner, many);
  Bytes outer{0x66, 0x82, static_cast<std::uint8_t>(inner.size() >> 8U), static_cast<std::uint8_t>(inner.size())};
  base::append(outer, inner);
  CHECK_FAULT(Fault::limit, host::gp::parse_recognition(outer));
}

TEST(CardData, is_asked_for_in_the_clear) {
  test::ScriptedCard card;
  card.answers = {"6F108408A000000151000000A5049F6501FF9000"_hex, "6F098407A00000015100006283"_hex, "E0009000"_hex,
                  "6A88"_hex};
  STRCMP_EQUAL("A000000151000000", host::gp::select_default(card.channel).value().to_text().c_str());
  CHECK_BYTES("00A4040000"_hex, card.commands.at(0));
  CHECK_OK(host::gp::select_default(card.channel));  // a locked card answers with a warning
  CHECK_BYTES("E000"_hex, host::gp::get_data(card.channel, host::gp::kTagKeyInformation).value());
  CHECK_BYTES("80CA00E000"_hex, card.commands.at(2));
  const auto nothing = host::gp::get_data(card.channel, host::gp::kTagCplc);
  CHECK_FAULT(Fault::card_status, nothing);
  LONGS_EQUAL(0x6A88, nothing.error().sw);
  card.answers = {"6A82"_hex, "6F02A5009000"_hex, "9000"_hex};
  CHECK_FAULT(Fault::card_status, host::gp::select(card.channel, host::gp::Aid::from_text("F000000001").value()));
  CHECK_BYTES("00A4040005F00000000100"_hex, card.commands.back());
  CHECK_FAULT(Fault::malformed, host::gp::select_default(card.channel));
  CHECK_FAULT(Fault::malformed, host::gp::select_default(card.channel));
}

TEST_GROUP(Protocols) {
  host::gp::ChannelOptions options;

  base::Result<void> follow(std::vector<host::gp::ProtocolOption> offered, std::optional<Protocol> asked = {}) {
    options = {.protocol = asked};
    return host::gp::follow({.protocols = std::move(offered), .identifiers = {}}, options);
  }
};

TEST(Protocols, that_a_card_offers_say_how_its_channel_is_opened) {
  CHECK_OK(follow({}));
  CHECK_OK(follow({}, Protocol::scp02));  // it does not say
  CHECK_OK(follow({{2, 0x15}}));
  CHECK(options.scp02_i == Scp02Option::i15 && !options.protocol);
  for (const std::uint8_t i : {std::uint8_t{0x55}, std::uint8_t{0x75}}) {
    CHECK_OK(follow({{2, i}}));
    CHECK(options.scp02_i == Scp02Option::i55 && !options.protocol);
  }
  CHECK_OK(follow({{3, 0x70}}, Protocol::scp03));
  CHECK(options.mode == Scp03Mode::s8);
  CHECK_OK(follow({{3, 0x71}}));
  CHECK(options.mode == Scp03Mode::s16 && !options.protocol);
  CHECK_OK(follow({{2, 0x05}, {2, 0x15}}));  // one of them will do
  CHECK(!options.protocol);
}

TEST(Protocols, lead_to_scp03_where_the_form_of_scp02_is_not_spoken) {
  for (const auto& offered : {std::vector<host::gp::ProtocolOption>{{2, 0x05}, {3, 0x61}},
                              std::vector<host::gp::ProtocolOption>{{3, 0x61}, {2, 0x05}}}) {
    CHECK_OK(follow(offered));
    CHECK(options.protocol == Protocol::scp03 && options.mode == Scp03Mode::s16);
    CHECK_OK(follow(offered, Protocol::scp03));
    CHECK_FAULT(Fault::unsupported, follow(offered, Protocol::scp02));
  }
  CHECK_FAULT(Fault::unsupported, follow({{2, 0x05}}));
  CHECK_FAULT(Fault::unsupported, follow({{2, 0x15}}, Protocol::scp03));
  CHECK_FAULT(Fault::unsupported, follow({{3, 0x70}}, Protocol::scp02));
}
