#include "cicada/conformance/terminal/object_command.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::conformance::terminal;

namespace {

ObjectCommand general_authenticate() {
  return {.cla = 0x10, .ins = 0x86, .frame = 0x7C, .objects = {{.tag = 0x81, .value = "0405"_hex}}, .answered = true};
}

ObjectCommand set_template() {
  return {.ins = 0x22,
          .p1 = 0xC1,
          .p2 = 0xA4,
          .objects = {{.tag = 0x80, .value = "0A0B"_hex}, {.tag = 0x83, .value = "01"_hex}}};
}

void check_bent(std::string_view wanted, ObjectCommand command, std::string_view changes) {
  CHECK_OK(bend(command, changes));
  CHECK_BYTES(from_hex(wanted).value(), command.apdu().encode().value());
}

void check_refused(Fault fault, std::string_view changes) {
  auto command = set_template();
  const auto bent = bend(command, changes);
  CHECK(!bent);
  CHECK_STRING(to_string(fault), to_string(bent.error().fault));
}

}  // namespace

TEST_GROUP(ObjectCommand){};

TEST(ObjectCommand, is_its_objects_in_their_template_and_has_Le_when_it_is_answered) {
  CHECK_BYTES(
      "10860000067C0481020405"
      "00"_hex,
      general_authenticate().apdu().encode().value());
  CHECK_BYTES("0022C1A40780020A0B830101"_hex, set_template().apdu().encode().value());
}

TEST(ObjectCommand, goes_with_extended_length_where_its_objects_need_it) {
  auto command = general_authenticate();
  command.objects.front().value.assign(256, 0x11);
  const auto octets = command.apdu().encode().value();
  CHECK_BYTES("108600000001087C820104"_hex, ByteView{octets}.first(11));
  CHECK_BYTES("0000"_hex, ByteView{octets}.last(2));
}

TEST(ObjectCommand, is_bent_in_every_way_that_cases_have_words_for) {
  check_bent("0022C1A403830101", set_template(), "drop 80");
  check_bent("0022C1A40781020A0B830101", set_template(), "retag 80 81");
  check_bent("0022C1A4058000830101", set_template(), "empty 80");
  check_bent("0022C1A40780020A0B83017F", set_template(), "set 83 7F");
  check_bent("0022C1A40880020A0B83020105", set_template(), "append 83 05");
  check_bent("0022C1A40680010A830101", set_template(), "shorten 80");
  check_bent("0022C1A409800406020A0B830101", set_template(), "nest 80 06");
  check_bent("0022C1A40780020A0A830101", set_template(), "flip 80");
  check_bent("0022C1A40780020A0B830201", set_template(), "length 83 02");
  check_bent("0022C1A40980020A0B8301018400", set_template(), "add 84");
  check_bent("0022C1A40A80020A0B830101840109", set_template(), "add 84 09");
  check_bent("10860000068C048102040500", general_authenticate(), "frame 8C");
  check_bent(
      "1086000004810204"
      "0500",
      general_authenticate(), "no-frame");
  check_bent("00860000067C048102040500", general_authenticate(), "class 00");
}

TEST(ObjectCommand, takes_several_changes_one_after_the_other_or_none) {
  check_bent("0022C1A403840101", set_template(), "drop 80; retag 83 84");
  check_bent("0022C1A40780020A0B830101", set_template(), "");
}

TEST(ObjectCommand, refuses_a_change_that_is_no_word_and_one_of_an_object_that_is_not_there) {
  check_refused(Fault::bad_input, "drop");
  check_refused(Fault::bad_input, ";");
  check_refused(Fault::bad_input, "lose 80");
  check_refused(Fault::bad_input, "retag 80");
  check_refused(Fault::bad_input, "set 80 0");
  check_refused(Fault::bad_input, "class 0000");
  check_refused(Fault::bad_input, "length 83");
  check_refused(Fault::bad_input, "drop 80808080");
  check_refused(Fault::bad_input, "empty 80; shorten 80");
  check_refused(Fault::not_found, "drop 84");
  check_refused(Fault::not_found, "drop 80; empty 80");
}
