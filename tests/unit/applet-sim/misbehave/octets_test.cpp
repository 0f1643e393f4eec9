// What verbs do to octets.
#include "octets.h"

#include "cicada/base/rng.h"

#include "harness.h"

using namespace cicada::applet_sim;
using namespace cicada::applet_sim::misbehave;
using namespace cicada::base;
using namespace cicada::base::literals;

TEST_GROUP(Octets) {
  ReplayRng rng{1};

  Bytes done(const Action& action, ByteView field, ByteView command = {}) {
    const auto made = edited(action, field, command, rng);
    if (!made) FAIL("found no place");
    return *made;
  }
  void finds_no_place(const Action& action, ByteView field) {
    CHECK(!edited(action, field, {}, rng));
  }
};

TEST(Octets, are_set_where_the_action_says) {
  CHECK_BYTES("AA"_hex, done({.verb = Verb::set, .octets = "AA"_hex}, "010203"_hex));
  CHECK_BYTES("01AA03"_hex, done({.verb = Verb::set, .octets = "AA"_hex, .offset = 1, .count = 1}, "010203"_hex));
  CHECK_BYTES("0102AABB"_hex, done({.verb = Verb::set, .octets = "AABB"_hex, .offset = -1}, "010203"_hex));
  finds_no_place({.verb = Verb::set, .octets = "AA"_hex, .offset = 4}, "010203"_hex);
  finds_no_place({.verb = Verb::set, .octets = "AA"_hex, .offset = -4}, "010203"_hex);
  finds_no_place({.verb = Verb::set, .octets = "AA"_hex, .offset = 2, .count = 2}, "010203"_hex);
}

TEST(Octets, are_flipped_cut_filled_and_added) {
  CHECK_BYTES("010202"_hex, done({.verb = Verb::flip}, "010203"_hex));
  CHECK_BYTES("000203"_hex, done({.verb = Verb::flip, .offset = 0}, "010203"_hex));
  finds_no_place({.verb = Verb::flip}, {});
  CHECK_BYTES("01"_hex, done({.verb = Verb::truncate, .count = 2}, "010203"_hex));
  finds_no_place({.verb = Verb::truncate, .count = 4}, "010203"_hex);
  CHECK_BYTES("01FFFF"_hex, done({.verb = Verb::fill, .octets = "FF"_hex, .offset = 1}, "010203"_hex));
  CHECK_BYTES("0102AA"_hex, done({.verb = Verb::extend, .octets = "AA"_hex}, "0102"_hex));
  CHECK_BYTES("AA0102"_hex, done({.verb = Verb::insert, .octets = "AA"_hex}, "0102"_hex));
  CHECK_BYTES("03040102"_hex, done({.verb = Verb::swap_halves}, "01020304"_hex));
  finds_no_place({.verb = Verb::swap_halves}, "010203"_hex);
}

TEST(Octets, that_are_random_are_as_many_and_others) {
  const auto made = done({.verb = Verb::random, .offset = 2}, Bytes(34, 0x42));
  LONGS_EQUAL(34, made.size());
  CHECK_BYTES("4242"_hex, ByteView{made}.first(2));
  CHECK(made != Bytes(34, 0x42));
}

TEST(Octets, of_a_length_lie) {
  CHECK_BYTES("7584FFFFFFFF0102"_hex, done({.verb = Verb::length, .octets = "84FFFFFFFF"_hex}, "75020102"_hex));
  CHECK_BYTES("7F61000102"_hex, done({.verb = Verb::length, .octets = "00"_hex}, "7F61020102"_hex));
  finds_no_place({.verb = Verb::length, .octets = "00"_hex}, "75"_hex);
}

TEST(Octets, of_an_object_are_changed_and_every_length_around_it_is_right) {
  const Path path = {{.tag = 0x7C}, {.tag = 0x82}};
  CHECK_BYTES("7C058203010200"_hex,
              done({.verb = Verb::extend, .object = path, .octets = "00"_hex}, "7C0482020102"_hex));
  CHECK_BYTES("7C00"_hex, done({.verb = Verb::drop, .object = path}, "7C0482020102"_hex));
  CHECK_BYTES(
      "7C08820201028202"
      "0102"_hex,
      done({.verb = Verb::duplicate, .object = path}, "7C0482020102"_hex));
  CHECK_BYTES("7C058F7F020102"_hex,
              done({.verb = Verb::retag, .object = path, .octets = "8F7F"_hex}, "7C0482020102"_hex));
  finds_no_place({.verb = Verb::drop, .object = {{.tag = 0x7C}, {.tag = 0x84}}}, "7C0482020102"_hex);
  finds_no_place({.verb = Verb::drop, .object = path}, "7C05820201"_hex);
}

TEST(Octets, of_one_object_among_many_are_found_by_number_and_by_content) {
  const auto field = "30058101018200 30058101028200"_hex;
  CHECK_BYTES("30058101018200 30058101038200"_hex,
              done({.verb = Verb::flip, .object = {{.tag = 0x30, .nth = 2}, {.tag = 0x81}}, .offset = 0}, field));
  CHECK_BYTES("30058101018200"_hex,
              done({.verb = Verb::drop, .object = {{.tag = 0x30}}, .containing = "0102"_hex}, field));
  finds_no_place({.verb = Verb::drop, .object = {{.tag = 0x30, .nth = 3}}}, field);
  finds_no_place({.verb = Verb::drop, .object = {{.tag = 0x30}}, .containing = "0109"_hex}, field);
}

TEST(Octets, of_an_object_do_not_grow_past_what_a_length_can_say) {
  Bytes field;
  tlv::append(field, 0x53, Bytes(tlv::kMaxValueSize - 1));
  const Action one_more{.verb = Verb::extend, .object = {{.tag = 0x53}}, .octets = "00"_hex};
  const auto full = done(one_more, field);
  finds_no_place(one_more, full);
}

TEST(Octets, of_two_objects_change_places) {
  CHECK_BYTES("99029000870101"_hex,
              done({.verb = Verb::exchange, .object = {{.tag = 0x87}}, .with = PathElement{.tag = 0x99}},
                   "87010199029000"_hex));
  finds_no_place({.verb = Verb::exchange, .object = {{.tag = 0x87}}, .with = PathElement{.tag = 0x8E}},
                 "87010199029000"_hex);
}

TEST(Octets, of_the_command_come_back) {
  const auto command = "7C0481021122"_hex;
  CHECK_BYTES(
      "7C0482021122"_hex,
      done({.verb = Verb::reflect, .object = {{.tag = 0x7C}, {.tag = 0x82}}, .from = {{.tag = 0x7C}, {.tag = 0x81}}},
           "7C0482020102"_hex, command));
  CHECK_BYTES(command, done({.verb = Verb::reflect}, "00"_hex, command));
  CHECK(!edited({.verb = Verb::reflect, .from = {{.tag = 0x83}}}, "00"_hex, command, rng));
}
