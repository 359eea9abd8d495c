// The loop. One turn looks at the sensor, the button and the display, keeps the books, and rests.
#include "bandsmith/app/band_app.h"

#include <string.h>

#include "bandsmith/app/text_buffer.h"

namespace bandsmith {

namespace {

/** Written once this network has answered its golden windows rightly on this band. */
constexpr char kCheckedKey[] = "checked";
constexpr size_t kHashLength = 16;

}  // namespace

void BandApp::begin() {
  Telemetry& telemetry = parts_.telemetry;
  telemetry.note("start", settings_.modelHash);
  telemetry.note("reset", describe(hal_.system.resetReason()));
  parts_.ui.wake();
  parts_.ui.announce(settings_.title, "starting", 0);
  batteryMillivolts_ = hal_.system.batteryMillivolts();
  chooseHead();
  const StoreResult totals = parts_.counters.load();
  if (totals == StoreResult::failed) telemetry.note("store-failed", "reading totals");
  if (totals != StoreResult::failed) {
    telemetry.note("totals-loaded", totals == StoreResult::ok ? "yes" : "none of this network");
  }
  startEngine();
  parts_.sampler.begin();
  if (!parts_.bias.load()) parts_.bias.measure();
  parts_.telemetry.numbers("gyro-bias", "counts", parts_.bias.counts(), 3);
  if (parts_.bias.measuring()) telemetry.note("gyro-bias-wanted", "lay the band down for a moment");
  savedAt_ = statusAt_ = hal_.clock.micros();
  show();
}

/** Before anything counts by labels. */
void BandApp::chooseHead() {
  parts_.heads.begin();
  for (size_t slot = 0; slot < HeadStore::kSlots; ++slot) {
    const HeadProblem problem = parts_.heads.problemOf(slot);
    if (problem == HeadProblem::none) continue;
    parts_.telemetry.note("head-refused", describe(problem), static_cast<int64_t>(slot), "slot");
  }
  if (parts_.heads.forgot()) parts_.telemetry.note("store-failed", "head-sequence");
  parts_.telemetry.head(parts_.head);
  parts_.classifier.wear(parts_.head.wrist());
  parts_.counters.relabel(parts_.head.labelCount(), parts_.head.labelsId());
}

/** While the band is worn: no window and no mean holds outputs of both heads. */
void BandApp::changeHead() {
  if (isLearning()) parts_.learning->end("another head");
  save();
  parts_.telemetry.head(parts_.head);
  parts_.counters.relabel(parts_.head.labelCount(), parts_.head.labelsId());
  if (parts_.counters.load() == StoreResult::failed) parts_.telemetry.note("store-failed", "reading totals");
  restartWindow("head");
  parts_.classifier.wear(parts_.head.wrist());
  anyShown_ = false;
  parts_.ui.wake();
  parts_.ui.announce(parts_.head.isPersonal() ? "Your head" : "General head", "in use from now on",
                     kAnnounceMillis);
}

void BandApp::startEngine() {
  if (!parts_.engine.begin()) return failEngine();
  if (!checkEngine()) return failEngine();
}

/** The golden windows, at every start: a flash or a compiler that has gone wrong is seen at once. */
bool BandApp::checkEngine() {
  int8_t* window = parts_.classifier.lendWindow();
  const SelfCheck check = bandsmith::checkEngine(parts_.golden, parts_.engine, window);
  if (check.failed) return false;
  TextBuffer<48> words;
  words.addNumber(check.windows - check.different).add(" of ").addNumber(check.windows);
  words.add(" test windows right");
  parts_.telemetry.note("self-check", words.text(), static_cast<int64_t>(check.different), "different");
  if (check.different > 0) {
    // It may still be of use: the wearer is told, and the band goes on.
    parts_.ui.announce("Self-check", words.text(), kAnnounceMillis);
    return true;
  }
  if (wasChecked()) return true;
  parts_.ui.announce("Self-check", words.text(), kAnnounceMillis);
  if (hal_.store.write(kCheckedKey, settings_.modelHash, kHashLength) != StoreResult::ok) {
    parts_.telemetry.note("store-failed", kCheckedKey);
  }
  return true;
}

bool BandApp::wasChecked() {
  char checked[kHashLength] = {};
  const StoreResult read = hal_.store.read(kCheckedKey, checked, sizeof checked);
  if (read == StoreResult::failed && !readReported_) {
    readReported_ = true;
    parts_.telemetry.note("store-failed", "reading");
  }
  return read == StoreResult::ok && memcmp(checked, settings_.modelHash, sizeof checked) == 0;
}

void BandApp::failEngine() {
  parts_.telemetry.note("engine-failed", parts_.engine.error());
  engineToldAt_ = hal_.clock.micros();
  mode_ = Mode::engineFailed;
  if (isLearning()) parts_.learning->end("the network does not run");
}

void BandApp::step() {
  hal_.system.feedWatchdog();
  obey(button_.poll());
  if (parts_.receiver.poll()) changeHead();
  if (isSending()) {
    // The wearer sees it all the time, and nobody who lies still is asleep to it.
    parts_.ui.wake();
    if (mode_ == Mode::standby) leaveStandby("collect");
    if (isLearning()) parts_.learning->end("samples go to a computer");
  }
  if (isLearning() && parts_.learning->step()) changeHead();
  switch (mode_) {
    case Mode::awake:
      look();
      break;
    case Mode::standby:
      waitForMotion();
      break;
    case Mode::engineFailed:
      // Setting up again cannot help, but a serial monitor that is opened later must see why nothing happens.
      if (hal_.clock.micros() - engineToldAt_ >= kEngineToldMicros) failEngine();
      break;
  }
  keepBooks();
  if (mode_ != Mode::standby) show();
  rest();
}

void BandApp::look() {
  uint64_t started = hal_.clock.micros();
  parts_.sampler.poll();
  uint64_t busMicros = hal_.clock.micros() - started;
  size_t count = 0;
  uint32_t taken = 0;
  do {
    started = hal_.clock.micros();
    count = parts_.sampler.take(batch_, kBatchSamples);
    busMicros += hal_.clock.micros() - started;
    if (parts_.sampler.takeRestart()) {
      if (isLearning()) parts_.learning->interrupt();
      parts_.classifier.reset();
      parts_.stillness.reset();
      rate_.reset();
      if (parts_.tap != nullptr) parts_.tap->hole();
      if (parts_.bias.measuring()) parts_.bias.measure();
    }
    taken += static_cast<uint32_t>(count);
    for (size_t i = 0; i < count && mode_ == Mode::awake; ++i) take(batch_[i]);
  } while (count == kBatchSamples && mode_ == Mode::awake);
  parts_.sampler.checkSilence();
  const uint64_t now = hal_.clock.micros();
  if (taken > 0) rate_.add(now, taken);
  // Setting a sensor up takes longer, and says so itself.
  if (taken > 0 && busMicros > kSlowLookMicros) {
    parts_.telemetry.note("bus-slow", "a look at the sensor", static_cast<int64_t>(busMicros / 1000), "ms");
  }
  // Who learns may lie still, and be told what comes next.
  if (isLearning()) parts_.stillness.reset();
  if (settings_.standbyAfterSamples > 0 && !isSending() &&
      parts_.stillness.samples() >= settings_.standbyAfterSamples) {
    enterStandby();
  }
}

void BandApp::take(RawSample sample) {
  parts_.stillness.push(sample);
  calibrate(sample);
  if (parts_.tap != nullptr) parts_.tap->push(sample, parts_.bias.counts());
  parts_.bias.correct(sample);
  lastSample_ = sample;
  if (isLearning()) parts_.learning->sample(sample);
  switch (parts_.classifier.push(sample)) {
    case Push::more:
      break;
    case Push::window:
      count(parts_.classifier.result());
      break;
    case Push::engineFailed:
      failEngine();
      break;
  }
}

void BandApp::calibrate(const RawSample& sample) {
  bool stored = false;
  if (!parts_.bias.push(sample, stored)) return;
  parts_.telemetry.numbers("gyro-bias", "counts", parts_.bias.counts(), 3);
  if (!stored) parts_.telemetry.note("store-failed", "gyro-bias");
  // One window must not hold samples with and without the bias.
  restartWindow("gyro bias");
}

/** The host finds its way through a recording by these lines: after how many samples of the stream it was. */
void BandApp::restartWindow(const char* why) {
  parts_.telemetry.note("window-restart", why, parts_.classifier.samples(), "sample");
  if (isLearning()) parts_.learning->interrupt();
  parts_.classifier.reset();
}

void BandApp::count(const WindowResult& result) {
  const uint64_t now = hal_.clock.micros();
  const Activity& activity = result.activity;
  const bool changed =
      !anyShown_ || activity.known != shown_.known || (activity.known && activity.label != shown_.label);
  if (changed) shownSince_ = now;
  shown_ = activity;
  anyShown_ = true;
  // The first window of a stream brings all of its samples, a later one only `stride` new ones.
  const bool first = parts_.classifier.samples() == settings_.windowSamples;
  const uint32_t samples = static_cast<uint32_t>(first ? settings_.windowSamples : settings_.strideSamples);
  if (activity.known) {
    parts_.counters.add(activity.label, samples);
  } else {
    parts_.counters.addUnknown(samples);
  }
  const char* const* labels = parts_.head.labels();
  parts_.telemetry.window(
      {++windows_, now / 1000, parts_.classifier.samples(), labels[result.decision.label],
       result.decision.confidencePercent, activity.known ? labels[activity.label] : nullptr, result.output,
       parts_.head.labelCount(), result.inputCrc, result.micros, hal_.system.freeStackBytes()});
  if (isLearning()) parts_.learning->window(result);
}

void BandApp::obey(ButtonEvent event) {
  if (event == ButtonEvent::none) return;
  // Whoever wakes the band by its button has not seen a page to turn or to hold.
  if (mode_ == Mode::standby) return leaveStandby("button");
  // Nor has one who looks at the screen of a recording.
  if (isSending()) {
    if (event == ButtonEvent::press) parts_.tap->mark();
    return;
  }
  if (isLearning()) return parts_.learning->obey(event);
  if (event == ButtonEvent::press) parts_.ui.press();
  if (event == ButtonEvent::hold) hold();
}

bool BandApp::isSending() const {
  return parts_.tap != nullptr && parts_.tap->isOpen();
}

/** What a long press means depends on what is looked at. */
void BandApp::hold() {
  parts_.ui.wake();
  if (parts_.ui.page() == Page::totals) {
    parts_.counters.clear();
    save();
    parts_.telemetry.note("totals-reset", "by the button");
    parts_.ui.announce("Totals", "counting from zero", kAnnounceMillis);
  } else if (parts_.ui.page() == Page::motion) {
    parts_.bias.measure();
    restartWindow("button");
    parts_.telemetry.note("gyro-bias-wanted", "by the button");
    parts_.ui.announce("Gyroscope", "lay the band down until this goes away", kAnnounceMillis);
  } else if (parts_.ui.page() == Page::activity && parts_.learning != nullptr && mode_ == Mode::awake) {
    parts_.learning->begin();
  }
}

void BandApp::enterStandby() {
  parts_.telemetry.note("standby", "nothing moves");
  parts_.ui.sleep();
  parts_.sampler.watch();
  parts_.stillness.reset();
  // A sensor that cannot watch is looked after awake.
  if (!parts_.sampler.working()) return;
  standbySince_ = hal_.clock.micros();
  mode_ = Mode::standby;
  save();
}

void BandApp::waitForMotion() {
  if (parts_.sampler.sawMotion()) leaveStandby("motion");
}

void BandApp::leaveStandby(const char* why) {
  const uint64_t micros = hal_.clock.micros() - standbySince_;
  standbyMicros_ += micros;
  parts_.counters.addStill(static_cast<uint32_t>(micros / 1000 * settings_.rateMilliHz / 1'000'000));
  parts_.telemetry.note("awake", why, static_cast<int64_t>(micros / 1000), "standbyMs");
  mode_ = Mode::awake;
  anyShown_ = false;
  parts_.ui.wake();
  parts_.sampler.resume();
}

void BandApp::keepBooks() {
  const uint64_t now = hal_.clock.micros();
  if (button_.isStuck() != stuckReported_) {
    stuckReported_ = !stuckReported_;
    parts_.telemetry.note(stuckReported_ ? "button-stuck" : "button-free", "sleeping all the same");
  }
  if (now - savedAt_ >= kSaveMicros) save();
  // Transfers that failed and were repeated with success are told as well, soon but not one by one.
  const uint32_t failures = parts_.sensor.failedTransfers() + parts_.sensor.misreadings();
  const bool due = now - statusAt_ >= kStatusMicros;
  const bool disturbed = failures != toldFailures_ && now - statusAt_ >= kStatusMicros / 6;
  if (!due && !disturbed) return;
  statusAt_ = now;
  toldFailures_ = failures;
  batteryMillivolts_ = hal_.system.batteryMillivolts();
  checkBattery();
  checkRate();
  reportStatus();
}

/** The totals are safe before the cell gives out. */
void BandApp::checkBattery() {
  if (batteryMillivolts_ == 0 || batteryMillivolts_ >= kGoodBatteryMillivolts) batteryReported_ = false;
  if (batteryReported_ || batteryMillivolts_ == 0 || batteryMillivolts_ >= kLowBatteryMillivolts) return;
  batteryReported_ = true;
  parts_.telemetry.note("battery-low", "charge it soon", batteryMillivolts_, "millivolts");
  save();
  // In standby nobody looks, and nobody would put the light out again.
  if (mode_ == Mode::standby) return;
  parts_.ui.wake();
  parts_.ui.announce("Battery low", "charge the band soon", kAnnounceMillis);
}

/** The product specification allows the sensor 1 % (rev. 3.4, p. 14); windows are then longer or shorter by
 * as much. */
void BandApp::checkRate() {
  const uint32_t measured = rate_.milliHz();
  if (measured == 0) return;
  const uint32_t nominal = settings_.rateMilliHz;
  const uint32_t off = measured > nominal ? measured - nominal : nominal - measured;
  const bool tooFar = off > nominal / 100;
  if (tooFar && !rateReported_) {
    parts_.telemetry.note("sensor-clock", measured > nominal ? "fast" : "slow", measured, "rateMilliHz");
  }
  rateReported_ = tooFar;
}

void BandApp::save() {
  savedAt_ = hal_.clock.micros();
  const bool saved = parts_.counters.save();
  if (!saved && !storeReported_) parts_.telemetry.note("store-failed", "totals");
  storeReported_ = !saved;
}

void BandApp::reportStatus() {
  parts_.telemetry.status({hal_.clock.micros() / 1000, windows_, parts_.sampler.samples(),
                           parts_.sampler.restarts(), parts_.sensor.failedTransfers(),
                           parts_.sensor.misreadings(), static_cast<uint32_t>(standbyMicros_ / 1'000'000),
                           batteryMillivolts_, hal_.system.freeStackBytes(), rate_.milliHz()});
  parts_.telemetry.totals(parts_.counters, parts_.head.labelCount());
}

void BandApp::show() {
  // Nobody presses a button in the middle of an activity to see how far it is.
  if (isLearning()) parts_.ui.wake();
  BandView now = view();
  now.sending = isSending();
  // What has just gone wrong must be seen, whether the display is dark or not.
  if (now.problem != nullptr && !problemShown_) parts_.ui.wake();
  problemShown_ = now.problem != nullptr;
  parts_.ui.update(now);
}

BandView BandApp::view() const {
  const uint64_t now = hal_.clock.micros();
  BandView view = {};
  if (mode_ == Mode::engineFailed) {
    view.problem = "The network does not run.";
    view.problemDetail = parts_.engine.error();
  } else if (!parts_.sampler.working()) {
    view.problem = parts_.sampler.problem();
    view.problemDetail = parts_.sampler.problemDetail();
  }
  if (isLearning()) view.picture = parts_.learning;
  view.activity = {anyShown_ ? parts_.head.labels()[shown_.label] : nullptr, shown_.known,
                   shown_.confidencePercent, static_cast<uint32_t>((now - shownSince_) / 1'000'000)};
  view.totals = {parts_.head.labels(), parts_.head.labelCount(), &parts_.counters};
  view.motion = {lastSample_, settings_.countsPerG, settings_.countsPerTenDps, settings_.accelRangeG,
                 settings_.gyroRangeDps};
  view.battery = {batteryMillivolts_, static_cast<uint32_t>(now / 1'000'000), settings_.modelHash};
  return view;
}

/** The sensor's FIFO fills while the chip sleeps. */
void BandApp::rest() {
  const bool isShown = isLearning() && parts_.learning->isBusy();
  if (isShown || (button_.isDown() && !button_.isStuck())) {
    hal_.clock.sleepMillis(kButtonMillis);
  } else if (parts_.receiver.isListening() || isSending()) {
    hal_.clock.sleepMillis(kListenMillis);
  } else if (mode_ == Mode::standby) {
    (void)hal_.sleep.sleep(kStandbyMillis, true);
  } else if (parts_.ui.isLive()) {
    hal_.clock.sleepMillis(kLiveMillis);
  } else {
    (void)hal_.sleep.sleep(settings_.pollMillis, false);
  }
}

}  // namespace bandsmith
