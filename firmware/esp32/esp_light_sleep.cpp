// ESP-IDF's light sleep (programming guide, Sleep Modes): the processors stand, memory and peripherals keep.
#include "esp32/esp_light_sleep.h"

#include <stdio.h>
#include <unistd.h>

#include "driver/uart.h"
#include "esp_sleep.h"
#include "esp_timer.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "sdkconfig.h"
#if CONFIG_USJ_ENABLE_USB_SERIAL_JTAG
#include "driver/usb_serial_jtag.h"
#endif

namespace bandsmith {

namespace {

/** Going down and coming up costs about a millisecond; ESP-IDF refuses sleeps that are shorter than that. */
constexpr uint32_t kShortestMillis = 3;
/** How often the button is looked at where the chip stays awake. */
constexpr uint32_t kLookMillis = 10;
/** A line of text at 115200 baud. */
constexpr uint32_t kDrainMillis = 25;

uint64_t nowMicros() {
  return static_cast<uint64_t>(esp_timer_get_time());
}

void delayMillis(uint32_t millis) {
  vTaskDelay(static_cast<TickType_t>((millis + portTICK_PERIOD_MS - 1) / portTICK_PERIOD_MS));
}

/** A computer talks to the chip's own USB; a charger does not. */
bool usbIsConnected() {
#if CONFIG_USJ_ENABLE_USB_SERIAL_JTAG
  return usb_serial_jtag_is_connected();
#else
  return false;
#endif
}

/** The UART's clock stops in light sleep: what it has not sent by then is sent garbled, or not at all. */
void drainConsole(bool usbConsole) {
  // On a USB that nobody listens to there is nothing to wait for: ESP-IDF would try for a while, and say so.
  const bool nobodyListens = usbConsole && !usbIsConnected();
  bool drained = nobodyListens || (fflush(stdout) == 0 && fsync(fileno(stdout)) == 0);
#if CONFIG_ESP_CONSOLE_UART
  drained =
      uart_wait_tx_idle_polling(static_cast<uart_port_t>(CONFIG_ESP_CONSOLE_UART_NUM)) == ESP_OK && drained;
#endif
  if (!drained) delayMillis(kDrainMillis);
}

}  // namespace

esp_err_t EspLightSleep::begin() const {
  if (settings_.interruptPin != kNoPin) {
    gpio_config_t config = {};
    config.pin_bit_mask = uint64_t{1} << static_cast<uint8_t>(settings_.interruptPin);
    config.mode = GPIO_MODE_INPUT;
    // A wire that has come off must not wake.
    config.pull_down_en = GPIO_PULLDOWN_ENABLE;
    config.intr_type = GPIO_INTR_DISABLE;
    const esp_err_t result = gpio_config(&config);
    if (result != ESP_OK) return result;
  }
  // Without this ESP-IDF may isolate pins in light sleep, and the bus would hang in the air
  // (CONFIG_ESP_SLEEP_GPIO_RESET_WORKAROUND, the default on C3 and S3).
  const esp_err_t result = gpio_sleep_sel_dis(static_cast<gpio_num_t>(settings_.sdaPin));
  if (result != ESP_OK) return result;
  return gpio_sleep_sel_dis(static_cast<gpio_num_t>(settings_.sclPin));
}

Wake EspLightSleep::sleep(uint32_t millis, bool motion) {
  const uint64_t until = nowMicros() + uint64_t{millis} * 1000;
  const bool watchesMotion = motion && settings_.interruptPin != kNoPin;
  // A button that is down already is no news, and its level would keep the chip from sleeping.
  const bool watchesButton = button_.isWired() && !button_.isDown();
  // A level that wakes must not be there already: the chip would refuse to sleep.
  if (millis < kShortestMillis || mustStayAwake() || (watchesMotion && hasMotion())) {
    return waitAwake(until, watchesMotion, watchesButton);
  }
  drainConsole(settings_.usbConsole);
  const esp_err_t slept =
      arm(millis, watchesMotion, watchesButton) == ESP_OK ? esp_light_sleep_start() : ESP_FAIL;
  const esp_sleep_wakeup_cause_t cause = esp_sleep_get_wakeup_cause();
  const bool moved = watchesMotion && hasMotion();
  disarm(watchesMotion);
  // Refused, by a level that came in the meantime or for reasons of the chip's own: the time is still to
  // pass.
  if (slept != ESP_OK) return waitAwake(until, watchesMotion, watchesButton);
  if (cause != ESP_SLEEP_WAKEUP_GPIO) return Wake::timer;
  // Both pins wake alike. A tap may be over by now, while the sensor holds its line until it is read.
  return moved && !button_.isDown() ? Wake::motion : Wake::button;
}

esp_err_t EspLightSleep::arm(uint32_t millis, bool motion, bool button) const {
  esp_err_t result = esp_sleep_enable_timer_wakeup(uint64_t{millis} * 1000);
  if (result != ESP_OK) return result;
#if CONFIG_ESP_CONSOLE_UART
  // Whoever sends a head begins with letters that may be lost: these wake.
  if (!settings_.usbConsole) {
    result = esp_sleep_enable_uart_wakeup(CONFIG_ESP_CONSOLE_UART_NUM);
    if (result != ESP_OK) return result;
  }
#endif
  if (!button && !motion) return ESP_OK;
  if (button) {
    result = gpio_wakeup_enable(button_.gpio(), button_.downLevel());
    if (result != ESP_OK) return result;
  }
  if (motion) {
    result = gpio_wakeup_enable(gpioOf(settings_.interruptPin), GPIO_INTR_HIGH_LEVEL);
    if (result != ESP_OK) return result;
  }
  return esp_sleep_enable_gpio_wakeup();
}

void EspLightSleep::disarm(bool motion) const {
  // What stays armed makes the next sleep too short, and arm() sets it anew: nothing hangs on these answers.
  (void)esp_sleep_disable_wakeup_source(ESP_SLEEP_WAKEUP_ALL);
  if (button_.isWired()) (void)gpio_wakeup_disable(button_.gpio());
  if (motion) (void)gpio_wakeup_disable(gpioOf(settings_.interruptPin));
}

Wake EspLightSleep::waitAwake(uint64_t untilMicros, bool motion, bool button) {
  for (;;) {
    if (button && button_.isDown()) return Wake::button;
    if (motion && hasMotion()) return Wake::motion;
    const uint64_t now = nowMicros();
    if (now >= untilMicros) return Wake::timer;
    // Unlike in light sleep, the watchdog's clock goes on.
    system_.feedWatchdog();
    const uint64_t left = (untilMicros - now) / 1000 + 1;
    delayMillis(left < kLookMillis ? static_cast<uint32_t>(left) : kLookMillis);
  }
}

bool EspLightSleep::mustStayAwake() const {
  // The USB's clock stops, too: the computer would see the band unplugged and the monitor would end.
  return settings_.usbConsole && usbIsConnected();
}

bool EspLightSleep::hasMotion() const {
  return gpio_get_level(gpioOf(settings_.interruptPin)) != 0;
}

}  // namespace bandsmith
