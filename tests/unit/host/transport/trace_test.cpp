#include "cicada/host/transport/trace.h"

#include <sstream>

#include "cicada/host/transport/loopback.h"
#include "cicada/host/transport/recorder.h"
#include "cicada/host/transport/replay.h"
#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::host::transport;

TEST_GROUP(Trace){};

TEST(Trace, of_a_session_plays_it_again) {
  int commands = 0;
  LoopbackTransport card{
      [&](ByteView command) { return ++commands == 3 ? Bytes{} : concat({command.first(2), "9000"_hex}); }};
  std::ostringstream text;
  Recorder recorder{card, text};
  CHECK_OK(recorder.transceive("00A40000"_hex));
  CHECK_OK(recorder.transceive("00B00000FF"_hex));
  CHECK_FAULT(Fault::card_removed, recorder.transceive("00B00001FF"_hex));

  auto exchanges = parse_trace(text.str());
  CHECK_OK(exchanges);
  LONGS_EQUAL(3, exchanges->size());
  Replay replay{*std::move(exchanges)};
  CHECK_BYTES("00A49000"_hex, replay.transceive("00A40000"_hex).value());
  CHECK_BYTES("00B09000"_hex, replay.transceive("00B00000FF"_hex).value());
  CHECK(!replay.depleted());
  CHECK_FAULT(Fault::transport, replay.transceive("00B00001FF"_hex));
  CHECK(replay.depleted());
  CHECK_FAULT(Fault::conflict, replay.transceive("00B00001FF"_hex));
}

TEST(Trace, warns_its_reader_at_the_top) {
  LoopbackTransport card{[](ByteView) { return "9000"_hex; }};
  std::ostringstream text;
  Recorder recorder{card, text};
  CHECK(text.str().find("personal data") != std::string::npos);
}

TEST(Trace, refuses_a_command_that_was_not_recorded_and_waits_for_the_right_one) {
  Replay replay{{{.command = "00A40000"_hex, .response = "9000"_hex}}};
  const auto other = replay.transceive("00A40001"_hex);
  CHECK_FAULT(Fault::conflict, other);
  LONGS_EQUAL(0, *other.error().at);
  CHECK_OK(replay.transceive("00A40000"_hex));
}

TEST(Trace, of_a_program_that_was_killed_ends_with_a_failure) {
  const auto exchanges = parse_trace("# cicada trace 1\n> 00A40000\n< 9000\n> 00B0000000");
  CHECK_OK(exchanges);
  LONGS_EQUAL(2, exchanges->size());
  CHECK(!exchanges->back().response.has_value());
}

TEST(Trace, that_is_none_is_refused_with_its_line) {
  const auto line_of = [](std::string_view text) { return parse_trace(text).error().at.value_or(0); };
  CHECK_FAULT(Fault::bad_input, parse_trace(""));
  CHECK_FAULT(Fault::bad_input, parse_trace("> 00A40000\n< 9000\n"));
  LONGS_EQUAL(2, line_of("# cicada trace 1\n? 00\n"));
  LONGS_EQUAL(3, line_of("# cicada trace 1\n\n> 0\n"));
  LONGS_EQUAL(2, line_of("# cicada trace 1\n< 9000\n"));
  LONGS_EQUAL(3, line_of("# cicada trace 1\n> 00A40000\n> 00A40000\n"));
  LONGS_EQUAL(3, line_of("# cicada trace 1\n> 00A40000\n< 90\n"));
  LONGS_EQUAL(2, line_of("# cicada trace 1\n! transport\n"));
}
